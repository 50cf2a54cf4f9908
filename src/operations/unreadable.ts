import { messageOf } from '../lib/errors/index.js';
import type { InputRecord } from '../lib/kafka/index.js';

/** Reports on stderr that a record of a compacted topic cannot be decoded; the command goes on without it. */
export function noteUnreadable({ topic, partition, offset }: InputRecord, error: unknown): void {
  process.stderr.write(`${topic}, partition ${partition}, offset ${offset} cannot be decoded: ${messageOf(error)}\n`);
}
