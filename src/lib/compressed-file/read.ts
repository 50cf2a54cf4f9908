/**
 * Reads compressed files block by block. avsc writes them, but its block decoder trusts lengths and counts: one damaged length
 * makes it buffer the file to its end, and callers can read on after an error. So this reader checks the framing itself.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import avro, { type Schema, type Type } from 'avsc';
import { DynamicDeepError, messageOf } from '../errors/index.js';
import { valueEnd, WireError } from '../wire/index.js';
import { crcOf, runType } from './schema.js';
import type { SegmentRun } from './types.js';

const MAGIC = Buffer.from('Obj\u0001', 'latin1');
const SYNC_BYTES = 16;
/** Limits on what a damaged length can allocate, far above what `compress` writes: a schema of 2 KB, blocks of segment runs. */
const MOST_HEADER_BYTES = 2 ** 20;
const MOST_BLOCK_BYTES = 2 ** 26;
/** Longest block head: two numbers of up to ten bytes. */
const BLOCK_HEAD_BYTES = 20;

const headerType = avro.Type.forSchema({
  type: 'record',
  name: 'Header',
  fields: [
    { name: 'magic', type: { type: 'fixed', name: 'Magic', size: MAGIC.length } },
    { name: 'meta', type: { type: 'map', values: 'bytes' } },
    { name: 'sync', type: { type: 'fixed', name: 'Sync', size: SYNC_BYTES } },
  ],
});
const blockHeadType = avro.Type.forSchema({
  type: 'record',
  name: 'BlockHead',
  fields: [
    { name: 'objects', type: 'long' },
    { name: 'bytes', type: 'long' },
  ],
});

interface Header {
  readonly meta: Readonly<Record<string, Buffer | undefined>>;
  readonly sync: Buffer;
}

/** Converts objects of the file's schema (`writer`) to this program's. */
interface Reader {
  readonly writer: Type;
  readonly read: (object: Buffer) => SegmentRun;
}

/**
 * Yields the runs of a file, in file order, after checking each CRC. Holds one block at a time.
 *
 * @throws DynamicDeepError FILE_NOT_FOUND; COMPRESSED_FILE_INVALID if the file is not from `dynamic-deep compress`, is cut short
 * or damaged. `RunOrder` checks that all runs are there.
 */
export async function* readRuns(path: string): AsyncGenerator<SegmentRun, void> {
  const { handle, size } = await openFile(path);
  try {
    const start = await readAt(handle, 0, Math.min(size, MOST_HEADER_BYTES));
    const { header, end } = parseHeader(start, path);
    const reader = readerOf(header, path);
    for (let at = end; at < size;) {
      const head = await readAt(handle, at, Math.min(BLOCK_HEAD_BYTES, size - at));
      const { value, end: headBytes } = parse(blockHeadType, head, path, at);
      const { objects, bytes } = value as { objects: number; bytes: number };
      if (objects < 0 || bytes < 0 || bytes > MOST_BLOCK_BYTES) throw damaged(path, at, 'a block of impossible size');
      at += headBytes;
      if (at + bytes + SYNC_BYTES > size) throw invalid(path, `it ends inside a block, at byte ${size}`);
      const block = await readAt(handle, at, bytes + SYNC_BYTES);
      if (block.length !== bytes + SYNC_BYTES) throw invalid(path, 'it was cut while it was read');
      if (!block.subarray(bytes).equals(header.sync)) throw damaged(path, at + bytes, 'no sync marker');
      yield* runsOf(block.subarray(0, bytes), objects, reader, { path, at });
      at += bytes + SYNC_BYTES;
    }
  } finally {
    await handle.close();
  }
}

function* runsOf(block: Buffer, objects: number, { writer, read }: Reader, { path, at }: { path: string; at: number }) {
  let from = 0;
  for (let n = 0; n < objects; n++) {
    const end = scan(writer, block.subarray(from), path, at + from);
    const object = block.subarray(from, from + end);
    if (!crcOf(object).equals(object.subarray(-4))) throw damaged(path, at + from, 'the CRC does not match');
    try {
      yield read(object);
    } catch (error) {
      throw damaged(path, at + from, messageOf(error), error);
    }
    from += end;
  }
  if (from !== block.length) throw damaged(path, at + from, 'more bytes than objects');
}

function parseHeader(bytes: Buffer, path: string): { header: Header; end: number } {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw invalid(path, 'it is no Avro object container file');
  const { value, end } = parse(headerType, bytes, path, 0);
  return { header: value as Header, end };
}

function readerOf({ meta }: Header, path: string): Reader {
  const codec = meta['avro.codec']?.toString('utf8') ?? 'null';
  if (codec !== 'null') throw invalid(path, `its blocks are packed by '${codec}', which this program does not read`);
  const mine = runType();
  let writer: Type;
  try {
    writer = avro.Type.forSchema(JSON.parse(meta['avro.schema']?.toString('utf8') ?? '') as Schema);
  } catch (error) {
    throw invalid(path, `its schema cannot be read: ${messageOf(error)}`, error);
  }
  if (mine.equals(writer)) return { writer, read: (object) => writer.fromBuffer(object) as SegmentRun };
  try {
    const resolver = mine.createResolver(writer);
    return { writer, read: (object) => mine.fromBuffer(object, resolver) as SegmentRun };
  } catch (error) {
    throw invalid(path, 'its schema is not that of compressed recordings', error);
  }
}

function parse(type: Type, bytes: Buffer, path: string, at: number): { value: unknown; end: number } {
  const end = scan(type, bytes, path, at);
  return { value: type.fromBuffer(bytes.subarray(0, end)), end };
}

/** Returns the end of the value at the start of the bytes, checking it without building anything. */
function scan(type: Type, bytes: Buffer, path: string, at: number): number {
  try {
    return valueEnd(type, bytes);
  } catch (error) {
    // The file's schema may also refer to itself without end, which overflows the stack.
    throw damaged(path, at, error instanceof WireError ? error.message : 'its schema cannot be followed', error);
  }
}

async function openFile(path: string): Promise<{ handle: FileHandle; size: number }> {
  try {
    // Checked before opening: opening a named pipe would wait forever for a writer.
    const stats = await stat(path);
    if (!stats.isFile()) throw invalid(path, 'it is not a regular file');
    return { handle: await open(path, 'r'), size: stats.size };
  } catch (error) {
    if (error instanceof DynamicDeepError) throw error;
    const what = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'does not exist' : undefined;
    throw new DynamicDeepError('FILE_NOT_FOUND', `${path} ${what ?? `cannot be read: ${messageOf(error)}`}`, {
      cause: error,
    });
  }
}

async function readAt(handle: FileHandle, position: number, count: number): Promise<Buffer> {
  const buffer = Buffer.alloc(count);
  let filled = 0;
  while (filled < count) {
    const { bytesRead } = await handle.read(buffer, filled, count - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function damaged(path: string, at: number, what: string, cause?: unknown): DynamicDeepError {
  return invalid(path, `damaged near byte ${at}: ${what}`, cause);
}

/** Returns the error COMPRESSED_FILE_INVALID. */
export function invalid(path: string, what: string, cause?: unknown): DynamicDeepError {
  return new DynamicDeepError('COMPRESSED_FILE_INVALID', `${path}: ${what}`, { cause });
}
