/**
 * Reads compressed files block by block. avsc writes them; its block decoder trusts lengths and counts, would buffer a file
 * to its end for one damaged length, and keeps nobody from reading on after a fault: so this reader checks the frame itself.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import avro, { type Schema, type Type } from 'avsc';
import { DynamicDeepError, messageOf } from '../errors/index.js';
import { valueEnd, WireError } from '../wire/index.js';
import { crcOf, runType } from './schema.js';
import type { SegmentRun } from './types.js';

const MAGIC = Buffer.from('Obj\u0001', 'latin1');
const SYNC_BYTES = 16;
/** Far above what `compress` writes: a schema of 2 KB, blocks of a run of segments. Bounds what a damaged length takes. */
const MOST_HEADER_BYTES = 2 ** 20;
const MOST_BLOCK_BYTES = 2 ** 26;
/** Two numbers of ten bytes each at most. */
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

/** How objects of a file's own schema become those of this program's. */
interface Reader {
  readonly writer: Type;
  readonly read: (object: Buffer) => SegmentRun;
}

/**
 * The runs of a file, in order, each with its CRC checked; one block is held at a time.
 *
 * @throws DynamicDeepError FILE_NOT_FOUND; COMPRESSED_FILE_INVALID where the file is none of `dynamic-deep compress`, is cut
 * short or damaged. Whether all runs are there is for `RunOrder` to say.
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

/** Where a value ends that begins the bytes; nothing is built of it before it is known to be one. */
function scan(type: Type, bytes: Buffer, path: string, at: number): number {
  try {
    return valueEnd(type, bytes);
  } catch (error) {
    // A schema of the file's own may also refer to itself without end, which ends the stack.
    throw damaged(path, at, error instanceof WireError ? error.message : 'its schema cannot be followed', error);
  }
}

async function openFile(path: string): Promise<{ handle: FileHandle; size: number }> {
  try {
    // Asked before opening: opening a named pipe would wait for a writer for ever.
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

/** The error of a file that is not what it should be. */
export function invalid(path: string, what: string, cause?: unknown): DynamicDeepError {
  return new DynamicDeepError('COMPRESSED_FILE_INVALID', `${path}: ${what}`, { cause });
}
