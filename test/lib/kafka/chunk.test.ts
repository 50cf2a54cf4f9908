import { describe, expect, it } from 'vitest';

import { ChunkMaker, TaskError } from '../../../src/lib/kafka/chunk.js';
import type { PartitionTask } from '../../../src/lib/kafka/processor.js';
import type { InputRecord } from '../../../src/lib/kafka/records.js';

const record = (offset: number, topic = 't'): InputRecord => ({
  topic,
  partition: 0,
  offset,
  timestamp: 0,
  key: null,
  value: null,
});

/** A task that throws for every record, and what it was given. */
function throwing(): { task: PartitionTask; given: number[] } {
  const given: number[] = [];
  const take = ({ offset }: InputRecord): undefined => {
    given.push(offset);
    throw new Error(`a bug, for ${offset}`);
  };
  return { task: { replay: take, process: take }, given };
}

/** A maker that has given up these records. */
async function givenUp(records: readonly InputRecord[]): Promise<ChunkMaker> {
  const maker = new ChunkMaker({ chunkRecords: 10, chunkMs: 1000, recordAttempts: 2 });
  for (const each of records) {
    for (let tries = 0; tries < 2; tries++) {
      const error: unknown = await maker.make(throwing().task, [each], () => true).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TaskError);
      maker.note(error as TaskError, each.topic, each.offset);
    }
  }
  return maker;
}

describe('a record that makes the task throw', () => {
  it('is dead-lettered after its last try, and not replayed', async () => {
    const maker = await givenUp([record(5)]);
    const { task, given } = throwing();
    const chunk = await maker.make(task, [record(5)], () => true);
    expect(chunk.failed.map((one) => one.record.offset)).toEqual([5]);
    await maker.replay(task, record(5));
    expect(given).toEqual([]);
  });

  it('is remembered as long as it may be replayed, and no longer', async () => {
    const maker = await givenUp([record(5), record(8), record(5, 'other')]);
    maker.forgetBefore([{ topic: 't', lowWater: 8 }]);
    const { task, given } = throwing();
    for (const kept of [record(8), record(5, 'other')]) await maker.replay(task, kept);
    expect(given).toEqual([]);
    await expect(maker.replay(task, record(5))).rejects.toThrow('a bug, for 5');
    expect(given).toEqual([5]);
  });
});
