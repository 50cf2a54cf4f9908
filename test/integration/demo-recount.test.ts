import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Summary } from '../../src/demo/summary.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { writeRecording } from '../../src/lib/signal/wfdb/index.js';
import { beats } from '../lib/codec/signals.js';
import { MODELS } from '../models.js';
import { connect } from './kafka-helpers.js';
import { logBytes } from './log-dirs.js';
import { start, temporaryFolder } from './processes.js';
import { readTopics, type RawRecord, type Value } from './raw-reader.js';
import { rawSegments } from './raw-segments.js';

const TOPICS = ['ecg.segments', 'ecg.audits', 'ecg.streams', 'ecg.signals', 'ecg.originals', 'ecg.rhythms', 'ecg.audit-results', 'ecg.deadletter']; // prettier-ignore
const RECORD = 8960;

/** Everything the run of one gateway left in the topics. */
class Run {
  readonly #records: readonly RawRecord[];
  readonly #gateway: string;

  constructor(records: readonly RawRecord[], gateway: string) {
    this.#records = records;
    this.#gateway = gateway;
  }

  of(topic: string): RawRecord[] {
    return this.#records.filter((each) => {
      const owner = topic === 'ecg.segments' || topic === 'ecg.audits' ? `${each.key}-` : String(each.value['device']);
      return each.topic === topic && owner.startsWith(`${this.#gateway}-`);
    });
  }

  values(topic: string): Value[] {
    return this.of(topic).map(({ value }) => value);
  }

  segments(topic: 'ecg.segments' | 'ecg.audits'): Value[] {
    return rawSegments(this.of(topic), this.of('ecg.streams'));
  }
}

const keyOf = (value: Value): string => [value['stream'], value['epoch'], value['sequence']].join();
const sum = (values: readonly Value[], field: string): number =>
  values.reduce((total, value) => total + Number(value[field]), 0);

/** The paper's gain, mean over whole records: samples over numbers, a record being 8,960 samples of an epoch. */
function elementMean(signals: readonly Value[], nominal: ReadonlyMap<string, number>): number | null {
  const records = new Map<string, { samples: number; numbers: number }>();
  for (const window of signals) {
    const key = [window['stream'], window['epoch'], Math.floor(Number(window['start']) / RECORD)].join();
    const known = records.get(key) ?? { samples: 0, numbers: 0 };
    const length = Number(window['length']);
    records.set(key, {
      samples: known.samples + length,
      numbers: known.numbers + length / (nominal.get(String(window['rung'])) ?? NaN),
    });
  }
  const gains = [...records.values()]
    .filter(({ samples, numbers }) => samples === RECORD && Number.isFinite(numbers))
    .map(({ samples, numbers }) => samples / numbers);
  return gains.length === 0 ? null : gains.reduce((a, b) => a + b, 0) / gains.length;
}

async function runDemo(args: readonly string[]): Promise<{ summary: Summary; run: Run; wire: number }> {
  const file = join(await temporaryFolder(), 'out.json');
  const connection = await connect();
  const logsBefore = await frameLogBytes(connection.admin);
  const { code, stderr } = await start(['demo', '--models', MODELS, '--json', file, ...args]).ended;
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const wire = (await frameLogBytes(connection.admin)) - logsBefore;
  await connection.close();
  const summary = JSON.parse(await readFile(file, 'utf8')) as Summary;
  const records = await readTopics(TOPICS);
  const gateways = records.filter(({ topic }) => topic === 'ecg.segments').map(({ key }) => key);
  // The newest: ids of a demo's gateway rise with time.
  const gateway =
    gateways
      .filter((key) => key.startsWith('demo-'))
      .sort()
      .at(-1) ?? '';
  return { summary, run: new Run(records, gateway), wire };
}

/** Bytes of the logs of both frame topics, as the broker has them on disk. */
async function frameLogBytes(admin: Awaited<ReturnType<typeof connect>>['admin']): Promise<number> {
  let total = 0;
  const existing = await admin.listTopics();
  const { brokers } = await admin.describeCluster();
  const { host, port } = brokers[0] ?? { host: '', port: 0 };
  for (const topic of ['ecg.segments', 'ecg.audits'].filter((name) => existing.includes(name))) {
    for (const { partition } of await admin.fetchTopicOffsets(topic))
      total += await logBytes(`${host}:${port}`, topic, partition);
  }
  return total;
}

it('the demo loses and doubles nothing, and its summary is what a recount from the topics gives', async () => {
  const { summary, run, wire } = await runDemo(['--beds', '2', '--seconds', '45', '--speed', '6']);
  const { windows, bytes, gain, audits, rhythms } = summary;
  expect(windows).toEqual({ sent: 16, decoded: 16, classified: 16, lost: 0, duplicated: 0 });

  const signals = run.values('ecg.signals');
  const keys = run.segments('ecg.segments').map(keyOf).sort();
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toHaveLength(windows.sent);
  expect(signals.map(keyOf).sort()).toEqual(keys);
  expect(run.values('ecg.rhythms').map(keyOf).sort()).toEqual(keys);
  expect(run.values('ecg.deadletter')).toEqual([]);

  const payload = run.segments('ecg.segments').reduce((total, { payload: own }) => total + (own as Buffer).length, 0);
  expect(bytes).toEqual({ native: sum(signals, 'nativeBytes'), payload, wire });
  // 45 s of two leads at 360 Hz, 2 bytes a sample.
  expect(bytes.native).toBe(2 * 45 * 360 * 2);
  const { manifest } = await readManifest(join(MODELS, 'codec'));
  const ladder = manifest.parameters['ladder'] as { name: string; nominalGain: number }[];
  const nominal = new Map(ladder.map((rung) => [rung.name, rung.nominalGain]));
  expect(gain.wireTotal).toBeCloseTo(bytes.native / bytes.wire, 9);
  expect(gain.payloadTotal).toBeCloseTo(bytes.native / bytes.payload, 9);
  const mean = elementMean(signals, nominal);
  // Records with a rung that has no nominal gain have none either.
  if (mean === null) expect(gain.elementMean).toBeNull();
  else expect(gain.elementMean).toBeCloseTo(mean, 9);

  // All records are audited in a demo; each bed has one whole one.
  expect(run.segments('ecg.audits').map(keyOf).sort()).toEqual(keys);
  expect(run.values('ecg.originals').map(keyOf).sort()).toEqual(keys);
  const results = run.values('ecg.audit-results').filter(({ outcome }) => outcome === 'COMPLETE');
  expect(audits).toEqual({ records: 2, violations: results.filter(({ violated }) => violated).length });
  expect(results).toHaveLength(2);
  const bounds = { rhythm: 0.75, peaks: 0.1 };
  for (const { rhythmError, peaksError, violated } of results) {
    const above = !(Number(rhythmError) <= bounds.rhythm && rhythmError !== null) || !(Number(peaksError) <= bounds.peaks && peaksError !== null); // prettier-ignore
    expect(violated).toBe(above);
  }

  const labels = run.values('ecg.rhythms').flatMap((value) => {
    const own = value['labels'] as string[];
    return own.length > 0 ? own : ['NOT_ENOUGH_SIGNAL'];
  });
  for (const [label, count] of Object.entries(rhythms))
    expect([label, labels.filter((l) => l === label).length]).toEqual([label, count]);
  expect(summary.latencyMs.p50).toBeGreaterThan(0);
}, 300_000);

it('a recording of one’s own goes the same way, epoch after epoch', async () => {
  const folder = await temporaryFolder();
  const samples = Int32Array.from(beats(250 * 10, 250));
  const lead = { name: 'II', rate: 250, gain: 1000, baseline: 0, calibrated: true, samples };
  await writeRecording(folder, { name: 'own', rate: 250, leads: [lead], warnings: [] });
  const args = ['--records', join(folder, 'own'), '--beds', '1', '--seconds', '25', '--speed', '10'];
  const { summary, run } = await runDemo(args);
  expect(summary.windows).toMatchObject({ sent: 5, lost: 0, duplicated: 0 });
  const epochs = run.values('ecg.signals').map(({ epoch }) => Number(epoch));
  expect(new Set(epochs).size).toBe(3);
  expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
  const declared = run.values('ecg.streams').at(-1);
  expect(declared).toMatchObject({ rate: 250, gain: 1000 });
  const newest = [...new Set(epochs)].reverse();
  expect((declared?.['channels'] as Value[]).map(({ channel, epoch }) => [channel, epoch])).toEqual(newest.map((epoch, i) => [2 - i, epoch])); // prettier-ignore
}, 300_000);
