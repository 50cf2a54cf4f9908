/** Runs for tests, and files with any bytes in them. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import avro from 'avsc';
import { BITSTREAM_VERSION } from '../../../src/lib/codec/ladder.js';
import {
  CompressedFileWriter,
  readRuns,
  type LeadHeader,
  type SegmentRun,
} from '../../../src/lib/compressed-file/index.js';
import { crcOf, runType } from '../../../src/lib/compressed-file/schema.js';

export function header(own: Partial<LeadHeader> = {}): LeadHeader {
  return {
    records: 1,
    leads: 1,
    recordName: 'rec',
    name: 'II',
    unit: 'mV',
    gain: 200,
    baseline: 0,
    calibrated: true,
    rails: null,
    rate: 300,
    frameRate: 300,
    samples: 3584,
    startAt: null,
    modelSha256: Buffer.alloc(32, 7),
    losslessRung: 0,
    ...own,
  };
}

export function run(own: Partial<SegmentRun> = {}): Omit<SegmentRun, 'crc'> {
  return {
    version: BITSTREAM_VERSION,
    model: Buffer.alloc(8, 7),
    record: 0,
    lead: 0,
    run: 0,
    last: true,
    header: null,
    start: 0,
    segments: [],
    ...own,
  };
}

/** The bytes of a file as it is written. */
export async function fileOf(folder: string, runs: readonly Omit<SegmentRun, 'crc'>[]): Promise<Buffer> {
  const path = join(folder, 'written.avro');
  const writer = await CompressedFileWriter.open(path);
  for (const each of runs) await writer.write(each);
  await writer.end();
  await writer.keep();
  return readFile(path);
}

export async function runsOf(folder: string, bytes: Uint8Array): Promise<SegmentRun[]> {
  const path = join(folder, 'read.avro');
  await writeFile(path, bytes);
  const runs: SegmentRun[] = [];
  for await (const each of readRuns(path)) runs.push(each);
  return runs;
}

/** A container file by hand: any schema, any blocks. */
export function container(schema: string, blocks: readonly Buffer[], codec = 'null'): Buffer {
  const meta = avro.Type.forSchema({ type: 'map', values: 'bytes' });
  const sync = Buffer.alloc(16, 0xa5);
  const head = meta.toBuffer({ 'avro.schema': Buffer.from(schema), 'avro.codec': Buffer.from(codec) });
  return Buffer.concat([Buffer.from('Obj\u0001', 'latin1'), head, sync, ...blocks.flatMap((block) => [block, sync])]);
}

/** A block as the container has it, with the numbers that are asked for. */
export function block(objects: number, bytes: number, data: Buffer): Buffer {
  const long = avro.Type.forSchema('long');
  return Buffer.concat([long.toBuffer(objects), long.toBuffer(bytes), data]);
}

/** An object with a right CRC. */
export function objectOf(each: Omit<SegmentRun, 'crc'>): Buffer {
  const bytes = runType().toBuffer({ ...each, crc: Buffer.alloc(4) });
  return runType().toBuffer({ ...each, crc: crcOf(bytes) });
}
