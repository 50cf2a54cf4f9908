/** Sizes of batches under Kafka's compressions: the header stays, the records are compressed as one block. */
import { execFileSync, spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { BATCH_HEADER_BYTES, batchBytes } from '../src/lib/kafka/batch-size.js';
import type { Batch } from './framing-variants.js';

/** kafkajs has gzip built in, the others as plug-ins. Command-line tools stand in, without the checksums Kafka omits. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  zstd: ['zstd', '-3', '--no-check', '-q', '-c'],
  lz4: ['lz4', '-1', '--no-frame-crc', '-q', '-c'],
};

export function compressors(): [name: string, compress: (bytes: Buffer) => number][] {
  const there = Object.entries(TOOLS).filter(([, [command]]) => spawnSync(command!, ['--version']).status === 0);
  return [
    ['gzip', (bytes) => gzipSync(bytes).length],
    ...there.map(([name, [command, ...args]]): [string, (bytes: Buffer) => number] => [
      name,
      (input) => execFileSync(command!, args, { input, stdio: ['pipe', 'pipe', 'ignore'] }).length,
    ]),
  ];
}

/** Bytes of the compressed batch in the broker's log. */
export function compressedBytes({ records }: Batch, compress: (bytes: Buffer) => number): number {
  const bytes = Buffer.concat(
    records.flatMap(({ key, value }, offsetDelta) => {
      const body = [
        Buffer.from([0, 0]),
        zigzag(offsetDelta),
        zigzag(key.length),
        Buffer.from(key),
        zigzag(value.length),
        value,
        Buffer.from([0]),
      ];
      return [zigzag(Buffer.concat(body).length), ...body];
    }),
  );
  const expected = batchBytes(records.map(({ key, value }) => ({ keyBytes: key.length, valueBytes: value.length })));
  if (BATCH_HEADER_BYTES + bytes.length !== expected) throw new Error('these are not the records of the batch');
  return BATCH_HEADER_BYTES + compress(bytes);
}

function zigzag(value: number): Buffer {
  const bytes: number[] = [];
  let rest = 2 * value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
