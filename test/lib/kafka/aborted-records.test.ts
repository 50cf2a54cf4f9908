import { expect, it } from 'vitest';
import { markAborted } from '../../../src/lib/kafka/aborted-records.js';

const END = { abort: [0, 0, 0, 0], commit: [0, 0, 0, 1] };

/** Messages by offset: `a 7` is data of producer 7, `abort 7` and `commit 7` its markers, `7` data outside of any transaction. */
function fetched(from: number, lines: readonly string[], aborted: readonly [producer: number, first: number][]) {
  const messages = lines.map((line, i) => {
    const [, kind, producerId = ''] = /^(?:(a|abort|commit) )?(\d+)$/.exec(line)!;
    const end = kind === 'abort' || kind === 'commit' ? Buffer.from(END[kind]) : null;
    const batchContext = { producerId, inTransaction: kind !== undefined };
    return { offset: String(from + i), key: end, batchContext, isControlRecord: end !== null };
  });
  const abortedTransactions = aborted.map(([producer, first]) => ({ producerId: String(producer), firstOffset: String(first) })); // prettier-ignore
  return { abortedTransactions, messages };
}

const delivered = (partition: ReturnType<typeof fetched>): number[] => {
  markAborted(partition);
  expect(partition.abortedTransactions).toEqual([]);
  return partition.messages.filter((one) => !one.isControlRecord).map(({ offset }) => Number(offset));
};

it('leaves out the records of transactions that overlap, which the broker lists by their ends', () => {
  const lines = ['a 1', 'a 1', 'a 1', 'a 2', 'a 2', 'abort 2', 'abort 1', 'a 1', 'commit 1', '3'];
  expect(delivered(fetched(10, lines, [[2, 13], [1, 10]]))).toEqual([17, 19]); // prettier-ignore
});

it('leaves out what two transactions had begun before the fetch', () => {
  const lines = ['a 2', 'a 1', 'a 3', 'abort 1', 'a 2', 'abort 2', 'a 2', 'commit 2', 'commit 3'];
  expect(delivered(fetched(100, lines, [[1, 90], [2, 80]]))).toEqual([102, 106]); // prettier-ignore
});

it('leaves out each of one producer’s aborted transactions, and nothing between them', () => {
  const lines = ['a 1', 'abort 1', 'a 1', 'commit 1', 'a 1', 'a 1', 'abort 1', 'a 1', 'commit 1'];
  expect(delivered(fetched(0, lines, [[1, 0], [1, 4]]))).toEqual([2, 7]); // prettier-ignore
});

it('leaves a partition without aborted transactions as it is, and an aborted one whose records compaction has taken', () => {
  const partition = fetched(5, ['a 1', 'commit 1'], []);
  markAborted(partition);
  expect(partition.messages.map(({ isControlRecord }) => isControlRecord)).toEqual([false, true]);
  expect(delivered(fetched(5, ['abort 2', 'a 1', 'commit 1'], [[2, 1]]))).toEqual([6]);
});
