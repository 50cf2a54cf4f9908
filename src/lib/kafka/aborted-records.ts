/**
 * Finds the fetched records of aborted transactions, which a read-committed reader must leave out.
 *
 * kafkajs 2.2.4 takes the broker's list of aborted transactions to be in the order of their beginnings. It is in the order of
 * their ends. If two overlap in a partition, for example because two members write to it, kafkajs delivers records of one of
 * them. This module corrects that for every consumer of the process.
 */
import { createRequire } from 'node:module';

interface FetchedMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
  isControlRecord: boolean;
}

interface FetchedPartition {
  /** In the order in which they were aborted. */
  abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
  /** In the order of their offsets. */
  readonly messages: readonly FetchedMessage[];
}

/** Key of the control record that ends an aborted transaction: version 0, type 0 (aborted). */
const ABORTED = Buffer.from([0, 0, 0, 0]);

/** Marks aborted messages as control records, which are never delivered, and empties the list. */
export function markAborted(partition: FetchedPartition): void {
  const { abortedTransactions, messages } = partition;
  if (abortedTransactions === null || abortedTransactions.length === 0) return;
  partition.abortedTransactions = [];
  const begins = abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, from: BigInt(firstOffset) }))
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const aborting = new Set<string>();
  for (const message of messages) {
    const offset = BigInt(message.offset);
    for (let next = begins[0]; next !== undefined && next.from <= offset; next = begins[0]) {
      aborting.add(next.producerId);
      begins.shift();
    }
    const { producerId, inTransaction } = message.batchContext;
    if (message.isControlRecord) {
      if (message.key !== null && Buffer.from(message.key).equals(ABORTED)) aborting.delete(producerId);
    } else if (inTransaction && aborting.has(producerId)) message.isControlRecord = true;
  }
}

interface FetchResponse {
  readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
}

/** kafkajs loads this module at the first fetch and looks up `decode` at each. Its version is pinned, and a test checks this. */
const fetch = createRequire(import.meta.url)('kafkajs/src/protocol/requests/fetch/v11/response.js') as {
  decode: (data: Buffer) => Promise<FetchResponse>;
};
const { decode } = fetch;
fetch.decode = async (data) => {
  const response = await decode(data);
  for (const { partitions } of response.responses) for (const partition of partitions) markAborted(partition);
  return response;
};
