/** The work on one partition: windows in, rhythms, beats, alarms and audit results out. */
import { DynamicDeepError } from '../lib/errors/index.js';
import type { PartitionTask } from '../lib/kafka/processor.js';
import { deadLetter, type InputRecord, type OutputRecord } from '../lib/kafka/records.js';
import { FLAG } from '../lib/signal/flags.js';
import { decode, encode, type AlarmState, type SignalWindow, type Source } from '../lib/wire/index.js';
import { evaluateAudit, tasksViolated, type AuditBounds } from './audit-evaluation.js';
import { AuditPairs, type AuditEnd, type AuditPair } from './audit-pairs.js';
import { Device } from './devices.js';
import type { Inference } from './inference.js';
import type { TasksMetrics } from './metrics.js';
import { alarmRecord, beatsRecord, rhythmRecord } from './results.js';
import { newestLabels, type Questions } from './stream-analysis.js';
import { deviceTime } from './windows.js';

export interface TasksTaskOptions {
  readonly inference: Inference;
  readonly bounds: AuditBounds;
  /** Hashes of the models, by task. */
  readonly models: { readonly rhythm: string; readonly peaks: string };
  readonly metrics: TasksMetrics;
  /** What ecg.alarm-state holds of a device. */
  readonly savedState: (device: string) => AlarmState | undefined;
}

interface PendingWindow {
  readonly window: SignalWindow;
  readonly device: Device;
  readonly questions: Questions;
  readonly source: Source;
}

interface PendingAudit {
  readonly ended: readonly [AuditEnd, AuditPair];
  readonly source: Source;
}

const SIGNALS = 'ecg.signals';

export class TasksTask implements PartitionTask {
  readonly #options: TasksTaskOptions;
  readonly #devices = new Map<string, Device>();
  readonly #audits = new AuditPairs();
  #windows: PendingWindow[] = [];
  #endedAudits: PendingAudit[] = [];
  #newest = 0;

  constructor(options: TasksTaskOptions) {
    this.#options = options;
  }

  replay(record: InputRecord): void {
    const window = readWindow(record);
    if (window instanceof DynamicDeepError) return;
    this.#newest = Math.max(this.#newest, record.timestamp);
    if (record.topic !== SIGNALS) {
      this.#audits.replay('originals', window, record);
      return;
    }
    this.#device(window.device).stream(window.stream).replay(window, record);
    this.#audits.replay('signals', window, record);
  }

  process(record: InputRecord): OutputRecord[] {
    const window = readWindow(record);
    if (window instanceof DynamicDeepError) {
      this.#options.metrics.countDeadLetter(window);
      return [deadLetter(record, window, Date.now())];
    }
    this.#newest = Math.max(this.#newest, record.timestamp);
    const source = { topic: record.topic, partition: record.partition, offset: record.offset };
    const end = (audits: [AuditEnd, AuditPair][]): void => {
      this.#endedAudits.push(...audits.map((ended) => ({ ended, source })));
    };
    if (record.topic !== SIGNALS) {
      end(this.#audits.take('originals', window, record));
      return [];
    }
    const device = this.#device(window.device);
    const questions = device.stream(window.stream).take(window, record);
    this.#windows.push({ window, device, questions, source });
    end(this.#audits.take('signals', window, record));
    return [];
  }

  async flush(): Promise<OutputRecord[]> {
    const windows = this.#windows;
    const audits = this.#endedAudits;
    this.#windows = [];
    this.#endedAudits = [];
    return [...(await this.#answerWindows(windows)), ...(await this.#answerAudits(audits))];
  }

  lowWater(topic: string): number | undefined {
    if (topic !== SIGNALS) return this.#audits.lowWater('originals');
    let lowest = this.#audits.lowWater('signals');
    for (const device of this.#devices.values()) {
      const own = device.lowWater(this.#newest);
      if (own !== undefined) lowest = Math.min(lowest ?? own, own);
    }
    return lowest;
  }

  #device(id: string): Device {
    let device = this.#devices.get(id);
    if (device === undefined) {
      device = new Device(id, this.#options.savedState(id));
      this.#devices.set(id, device);
    }
    return device;
  }

  async #answerWindows(windows: readonly PendingWindow[]): Promise<OutputRecord[]> {
    const { inference } = this.#options;
    const ask = (task: 'rhythm' | 'peaks'): Float32Array[] =>
      windows.flatMap(({ questions }) => (questions[task] === undefined ? [] : [questions[task].input]));
    const probabilities = (await inference.rhythm(ask('rhythm')))[Symbol.iterator]();
    const maps = (await inference.peaks(ask('peaks')))[Symbol.iterator]();
    const outputs: OutputRecord[] = [];
    const touched = new Map<Device, PendingWindow>();
    for (const pending of windows) {
      const { rhythm, peaks } = pending.questions;
      const answer = {
        probabilities: rhythm === undefined ? undefined : probabilities.next().value,
        map: peaks === undefined ? undefined : maps.next().value,
      };
      outputs.push(...this.#answerWindow(pending, answer));
      touched.set(pending.device, pending);
    }
    const now = Date.now();
    for (const [device, { source }] of touched) outputs.push(device.save(now, source));
    return outputs;
  }

  #answerWindow(
    { window, device, questions, source }: PendingWindow,
    answer: { probabilities: Float32Array | undefined; map: Float32Array | undefined },
  ): OutputRecord[] {
    const { models, metrics } = this.#options;
    const { rhythm, peaks } = questions;
    const analysis = device.stream(window.stream);
    const context = { window, source, now: Date.now() };
    const labels =
      rhythm === undefined || answer.probabilities === undefined
        ? undefined
        : newestLabels(rhythm, answer.probabilities);
    const { finalTo } = analysis.beatState;
    const beats =
      peaks === undefined || answer.map === undefined
        ? { from: finalTo, to: finalTo, peaks: [] }
        : analysis.answerPeaks(peaks, answer.map);
    const time = (index: number): number => deviceTime(window.epoch, index);
    const changes = device.alarms.observe({
      stream: window.stream,
      beatsFrom: time(beats.from),
      beatsTo: time(beats.to),
      beats: beats.peaks.map(time),
      rate: analysis.rate,
      labels: (labels?.labels ?? []).map((label, i, all) => ({
        label,
        at: time((rhythm?.end ?? 0) - 256 * (all.length - 1 - i)),
      })),
      readable: (window.flags & (FLAG.LEAD_OFF | FLAG.SATURATED)) === 0,
      restarted: questions.restarted,
    });
    metrics.countWindow(labels !== undefined, window, context.now);
    for (const change of changes) if (change.state === 'ACTIVE') metrics.countAlarm(change.kind);
    return [
      rhythmRecord(context, labels, models.rhythm),
      beatsRecord(context, beats, analysis.rate, models.peaks),
      ...changes.map((change) => alarmRecord(context, change, device.streams, models)),
    ];
  }

  async #answerAudits(audits: readonly PendingAudit[]): Promise<OutputRecord[]> {
    const { inference, bounds, models, metrics } = this.#options;
    const outputs: OutputRecord[] = [];
    for (const { ended, source } of audits) {
      const result = await evaluateAudit(ended, inference, { bounds, models, source, now: Date.now() });
      metrics.countAudit(result, result.outcome === 'COMPLETE' ? tasksViolated(result, bounds) : []);
      outputs.push({ topic: 'ecg.audit-results', key: result.device, value: encode('ecg.audit-results', result) });
    }
    return outputs;
  }
}

function readWindow(record: InputRecord): SignalWindow | DynamicDeepError {
  try {
    return decode(record.topic === SIGNALS ? SIGNALS : 'ecg.originals', record.value);
  } catch (error) {
    if (error instanceof DynamicDeepError) return error;
    throw error;
  }
}
