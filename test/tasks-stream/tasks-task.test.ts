/** The work on a partition without broker and networks: commands, poison, time, restarts. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FLAG } from '../../src/lib/signal/flags.js';
import { WINDOW, MODEL_RATE } from '../../src/lib/signal/grid.js';
import { decode, encode, type AlarmEvent } from '../../src/lib/wire/index.js';
import { changeOf, policyOf } from '../lib/policy/policies.js';
import { decoded, DEVICE, line, Partition, recordOf, WINDOW_MS } from './partition.js';
import { EPOCH, nativeWindow } from './windows.js';

const brief = (alarms: readonly AlarmEvent[]): string[] =>
  alarms.map(({ kind, state, reason }) => `${kind} ${state} ${reason}`);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: EPOCH });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A bed with an active tachycardia, which began with the sixth window at the latest. */
async function tachycardia(): Promise<{ partition: Partition; onset: AlarmEvent }> {
  const partition = new Partition();
  const [onset, ...others] = await partition.play(line(130), 0, 6);
  expect(brief([onset!, ...others])).toEqual(['tachycardia ACTIVE ONSET']);
  return { partition, onset: onset! };
}

describe('a policy', () => {
  const set = ({ policyLog, policies }: Partition, version: number, tachycardiaAt: number): void => {
    policyLog.take(changeOf(version, { policy: policyOf({ alarms: { tachycardia: tachycardiaAt } }) }));
    policies.forget();
  };

  it('changes the limits of beds that are there, at once; a bed without one is counted', async () => {
    const partition = new Partition();
    expect(await partition.play(line(130), 0, 6)).toHaveLength(1);
    expect(await partition.metrics.registry.metrics()).toContain('tasks_windows_without_policy_total 6');
    set(partition, 1, 138);
    const [ended] = await partition.play(line(130), 6, 9);
    expect(brief([ended!])).toEqual(['tachycardia ENDED CONDITION_ENDED']);
    set(partition, 2, 110);
    expect(brief(await partition.play(line(130), 9, 12))).toEqual(['tachycardia ACTIVE ONSET']);
    expect(await partition.metrics.registry.metrics()).toContain('tasks_windows_without_policy_total 6');
  });
});

describe('a command', () => {
  it('acknowledges what is open: an event with its author and the place of the command, and a saved state', async () => {
    const { partition, onset } = await tachycardia();
    const outputs = await partition.command('ACKNOWLEDGE');
    const { topic, partition: index, offset: place } = partition.log.at(-1)!;
    expect(decoded('ecg.alarms', outputs)).toMatchObject([
      {
        id: onset.id,
        kind: 'tachycardia',
        state: 'ACKNOWLEDGED',
        reason: 'ACKNOWLEDGED',
        stream: null,
        acknowledgedBy: 'nurse-3',
        acknowledgedAt: Date.now(),
        historical: false,
        source: { topic, partition: index, offset: place },
      },
    ]);
    expect(decoded('ecg.alarm-state', outputs)).toHaveLength(1);
    expect(await partition.command('ACKNOWLEDGE')).toEqual([]);
    const counted = await partition.metrics.registry.metrics();
    expect(counted).toMatch(/alarm_commands_total\{kind="acknowledge",outcome="done"\} 1/);
    expect(counted).toMatch(/alarm_commands_total\{kind="acknowledge",outcome="ignored"\} 1/);
  });

  it('pauses the sound of what is open and of what comes, for as long as it says', async () => {
    const { partition, onset } = await tachycardia();
    const until = Date.now() + 60_000;
    const paused = decoded('ecg.alarms', await partition.command('PAUSE', { pauseMs: 60_000 }));
    expect(paused).toMatchObject([{ id: onset.id, state: 'ACTIVE', reason: 'PAUSED', pausedUntil: until }]);
    const leadOff = await partition.play(line(130), 6, 7, { flags: FLAG.LEAD_OFF });
    expect(leadOff).toMatchObject([{ kind: 'lead-off', reason: 'ONSET', pausedUntil: until }]);
    vi.setSystemTime(until - 1000);
    const resumed = partition.wait(2).filter(({ reason }) => reason === 'RESUMED');
    expect(resumed.map(({ kind, pausedUntil }) => [kind, pausedUntil])).toEqual([
      ['tachycardia', null],
      ['lead-off', null],
    ]);
  });

  it('ends its pause by another', async () => {
    const { partition } = await tachycardia();
    await partition.command('PAUSE');
    const resumed = decoded('ecg.alarms', await partition.command('RESUME'));
    expect(resumed).toMatchObject([{ reason: 'RESUMED', pausedUntil: null }]);
  });

  it('for a bed that is not there does nothing, and is counted', async () => {
    const { partition } = await tachycardia();
    expect(await partition.command('ACKNOWLEDGE', { device: 'bed-8' })).toEqual([]);
    expect(await partition.metrics.registry.metrics()).toMatch(/outcome="unknown_bed"\} 1/);
  });

  it.each([
    ['null', null, 'VALUE_NULL'],
    ['of another format', Buffer.from('{"action":"ACKNOWLEDGE"}'), 'MAGIC_WRONG'],
    ['of another topic', encode('ecg.alarm-state', { device: DEVICE, json: '', updatedAt: 0, source: null }), 'SCHEMA_UNKNOWN'], // prettier-ignore
    ['cut short', encode('ecg.alarm-commands', { id: 'c', device: DEVICE, action: 'PAUSE', alarm: null, kind: null, pauseMs: null, author: 'a', at: 1 }).subarray(0, -3), 'AVRO_TRUNCATED'], // prettier-ignore
  ])('that is %s is dead-lettered with its bytes and stops nothing', async (_, value, reason) => {
    const { partition, onset } = await tachycardia();
    const poison = recordOf('ecg.alarm-commands', value);
    const [letter, ...others] = await partition.give(poison);
    expect(others).toEqual([]);
    expect(decoded('ecg.deadletter', [letter!])).toMatchObject([
      { topic: 'ecg.alarm-commands', partition: 3, offset: poison.offset, value, reason },
    ]);
    const [acknowledged] = decoded('ecg.alarms', await partition.command('ACKNOWLEDGE'));
    expect(acknowledged).toMatchObject({ id: onset.id, state: 'ACKNOWLEDGED' });
    expect(brief(await partition.play(line(70), 6, 12))).toContain('tachycardia ENDED CONDITION_ENDED');
  });
});

describe('tasks on originals', () => {
  /** Decoded windows of a slow line and originals of a fast one; the results of each. */
  async function both(partition: Partition, from: number, to: number, flags: number = FLAG.TASKS_ON_ORIGINAL) {
    const results: { topic: string; status: string }[] = [];
    const alarms: AlarmEvent[] = [];
    for (let sequence = from; sequence < to; sequence++) {
      const closedAt = Math.round(EPOCH + (sequence + 1) * WINDOW_MS);
      vi.setSystemTime(closedAt);
      for (const [topic, bpm] of [
        ['ecg.originals', 130],
        ['ecg.signals', 70],
      ] as const) {
        // prettier-ignore
        const window = nativeWindow(sequence, line(bpm), MODEL_RATE, { flags: FLAG.AUDITED | flags, closedAt });
        const outputs = await partition.give(recordOf(topic, encode(topic, window)));
        alarms.push(...decoded('ecg.alarms', outputs));
        for (const each of outputs.filter((output) => output.topic === 'ecg.rhythms')) {
          const { source, status } = decode('ecg.rhythms', each.value);
          results.push({ topic: source.topic, status });
        }
      }
    }
    return { results, alarms };
  }

  it('take the lossless twins of a record that says so, and its decoded windows otherwise', async () => {
    const partition = new Partition();
    const { results, alarms } = await both(partition, 0, 6);
    expect(results.map(({ topic }) => topic)).toEqual(Array(6).fill('ecg.originals'));
    expect(brief(alarms)).toEqual(['tachycardia ACTIVE ONSET']);
    partition.restart();
    // The context came back by the offsets of ecg.originals.
    expect((await both(partition, 6, 7)).results).toEqual([{ topic: 'ecg.originals', status: 'LABELLED' }]);
    const back = await both(partition, 7, 15, 0);
    expect(back.results.map(({ topic }) => topic)).toEqual(Array(8).fill('ecg.signals'));
    expect(back.results.map(({ status }) => status).slice(0, 2)).toEqual(['NOT_ENOUGH_SIGNAL', 'LABELLED']);
    expect(brief(back.alarms)).toEqual(['tachycardia ENDED CONDITION_ENDED']);
  });
});

describe('time alone', () => {
  it('raises a stalled stream by the wall clock, saves it, and the next segment ends it', async () => {
    const partition = new Partition();
    expect(await partition.play(line(70), 0, 3)).toEqual([]);
    expect(partition.wait(15)).toEqual([]);
    const [stalled, ...others] = partition.wait(10);
    expect(others).toEqual([]);
    expect(stalled).toMatchObject({
      kind: 'stream-stalled',
      state: 'ACTIVE',
      category: 'TECHNICAL',
      streams: ['bed-7.1'],
      stream: null,
      source: null,
    });
    // A window and 10 s; what is missed before the first tick is less than another second.
    const silence = stalled!.emittedAt - (EPOCH + 3 * WINDOW_MS);
    expect(silence).toBeGreaterThan(WINDOW_MS + 10_000);
    expect(silence).toBeLessThanOrEqual(WINDOW_MS + 12_100);
    partition.restart();
    expect(partition.wait(30)).toEqual([]);
    const [end] = await partition.play(line(70), 3, 4);
    expect(end).toMatchObject({ id: stalled!.id, kind: 'stream-stalled', state: 'ENDED' });
  });
});

describe('a restart from the saved state', () => {
  it('keeps the id of an open episode and says nothing a second time', async () => {
    const { partition, onset } = await tachycardia();
    await partition.command('ACKNOWLEDGE');
    partition.restart();
    expect(await partition.play(line(130), 6, 10)).toEqual([]);
    const [end, ...others] = await partition.play(line(70), 10, 15);
    expect(others).toEqual([]);
    expect(end).toMatchObject({ id: onset.id, onsetAt: onset.onsetAt, state: 'ENDED', acknowledgedBy: 'nurse-3' });
    expect(partition.dropped).toEqual([]);
  });

  it('at any point gives the alarms that there are without it', async () => {
    const native = line(130, 5 * (WINDOW / MODEL_RATE));
    const whole = await new Partition().play(native, 0, 10);
    expect(brief(whole)).toEqual(['tachycardia ACTIVE ONSET', 'asystole ACTIVE ONSET', 'tachycardia ENDED SUPERSEDED']);
    for (let cut = 1; cut < 10; cut++) {
      const partition = new Partition();
      const before = await partition.play(native, 0, cut);
      partition.restart();
      const told = [...before, ...(await partition.play(native, cut, 10))];
      const facts = (alarms: readonly AlarmEvent[]) => alarms.map(({ id, reason, at }) => ({ id, reason, at }));
      expect(facts(told), `cut ${cut}`).toEqual(facts(whole));
    }
  });

  it('that cannot be read says so, and the bed begins anew', async () => {
    const partition = new Partition();
    await partition.play(line(70), 0, 1);
    partition.save({ device: DEVICE, json: '{', updatedAt: 0, source: null });
    partition.restart();
    expect(partition.dropped).toEqual([`${DEVICE}: it is no JSON`]);
    expect(brief(await partition.play(line(130), 1, 7))).toContain('tachycardia ACTIVE ONSET');
  });
});

it('an alarm is historical where its window closed more than 60 s before', async () => {
  const brought = async (lateMs: number): Promise<AlarmEvent[]> => new Partition().play(line(130), 0, 6, { lateMs });
  expect(await brought(59_000)).toMatchObject([{ kind: 'tachycardia', historical: false }]);
  expect(await brought(61_000)).toMatchObject([{ kind: 'tachycardia', historical: true }]);
});

describe('an alarm that a backlog raised', () => {
  const LATE = { lateMs: 120_000 };

  it('is told once more, no longer historical, by the first window that is younger and shows it', async () => {
    for (const restart of [false, true]) {
      const partition = new Partition();
      const [onset] = await partition.play(line(130), 0, 6, LATE);
      expect(onset).toMatchObject({ kind: 'tachycardia', reason: 'ONSET', historical: true });
      expect(await partition.play(line(130), 6, 8, LATE)).toEqual([]);
      if (restart) partition.restart();
      const { id, onsetAt } = onset!;
      expect(await partition.play(line(130), 8, 10)).toMatchObject([
        { id, onsetAt, state: 'ACTIVE', reason: 'RETURNED', historical: false },
      ]);
    }
  });

  it('is not, where a person has acknowledged it', async () => {
    const partition = new Partition();
    await partition.play(line(130), 0, 6, LATE);
    await partition.command('ACKNOWLEDGE');
    expect(await partition.play(line(130), 6, 8)).toEqual([]);
  });
});

describe('streams of several decoders', () => {
  const MINUTE = 60_000;

  /** Gives a window of a bed, stamped by a decoder whose clock is `skew` milliseconds off. */
  async function give(
    partition: Partition,
    bed: string,
    sequence: number,
    { topic = 'ecg.signals', flags = 0, skew = 0 }: { topic?: 'ecg.signals' | 'ecg.originals'; flags?: number; skew?: number } = {}, // prettier-ignore
  ) {
    const window = nativeWindow(sequence, line(70), MODEL_RATE, { stream: `${bed}.1`, device: bed, flags });
    const record = recordOf(topic, encode(topic, window), Date.now() + skew);
    const outputs = await partition.give(record);
    return {
      offset: record.offset,
      rhythms: outputs.flatMap((each) => (each.topic === 'ecg.rhythms' ? [decode(each.topic, each.value).status] : [])),
      audits: outputs.flatMap((each) => (each.topic === 'ecg.audit-results' ? [decode(each.topic, each.value).outcome] : [])), // prettier-ignore
    };
  }

  it.each([
    ['is 15 minutes behind', () => -15 * MINUTE],
    ['was 15 minutes ahead for a record', (sequence: number) => (sequence === 3 ? 15 * MINUTE : 0)],
  ])('keep their contexts and their audits where the clock of one %s', async (_, skewOf) => {
    const partition = new Partition();
    const rhythms: string[] = [];
    const audits: string[] = [];
    for (let sequence = 0; sequence < 12; sequence++) {
      vi.setSystemTime(EPOCH + (sequence + 1) * WINDOW_MS);
      for (const topic of ['ecg.signals', 'ecg.originals'] as const) {
        for (const [bed, skew] of Object.entries({ 'bed-1': 0, 'bed-2': skewOf(sequence) })) {
          const given = await give(partition, bed, sequence, { topic, flags: FLAG.AUDITED, skew });
          rhythms.push(...given.rhythms);
          audits.push(...given.audits);
        }
      }
    }
    expect(rhythms.slice(0, 2)).toEqual(['NOT_ENOUGH_SIGNAL', 'NOT_ENOUGH_SIGNAL']);
    expect(rhythms.slice(2)).toEqual(Array(22).fill('LABELLED'));
    expect(audits).toEqual(Array(4).fill('COMPLETE'));
  });

  it('hold the low water back for ten minutes of silence, and once more after a restart, not for ever', async () => {
    const partition = new Partition();
    const low = () => partition.lowWater('ecg.signals');
    const silent = await give(partition, 'bed-1', 0);
    const after = async (ms: number) => {
      vi.setSystemTime(Date.now() + ms);
      return give(partition, 'bed-2', 0);
    };
    await after(10 * MINUTE);
    expect(low()).toBe(silent.offset);
    partition.restart();
    await after(10 * MINUTE);
    expect(low()).toBe(silent.offset);
    const { offset } = await after(1);
    expect(low()).toBe(offset);
    partition.restart();
    expect(low()).toBe(offset);
    // What was given up begins anew.
    expect((await give(partition, 'bed-1', 1)).rhythms).toEqual(['NOT_ENOUGH_SIGNAL']);
  });
});
