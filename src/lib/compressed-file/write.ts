/** Writes a compressed file as its segments arrive. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import avro from 'avsc';
import { DynamicDeepError, messageOf } from '../errors/index.js';
import { crcOf, runType } from './schema.js';
import type { SegmentRun } from './types.js';

const NO_CRC = Buffer.alloc(4);

/**
 * Writes one file as `FILE.partial`, which `keep` renames to FILE once it is complete. Holds at most a block of 64 KiB, or one
 * run if that is larger.
 */
export class CompressedFileWriter {
  /** Path of the bytes until `keep`. */
  readonly partial: string;
  readonly #path: string;
  readonly #file: WriteStream;
  readonly #encoder: avro.streams.BlockEncoder;
  #failure: unknown;

  private constructor(path: string, file: WriteStream) {
    const type = runType();
    this.#path = path;
    this.partial = partialOf(path);
    this.#file = file;
    // The schema is written without its documentation, which would be larger than many compressed records.
    this.#encoder = new avro.streams.BlockEncoder(type.schema(), { syncMarker: randomBytes(16) });
    const fail = (error: unknown): void => {
      this.#failure ??= error;
      this.#encoder.destroy();
    };
    this.#encoder.on('error', fail);
    file.on('error', fail);
    this.#encoder.pipe(file);
  }

  /**
   * @param path a regular file, which `keep` replaces, or a path that does not exist
   * @throws DynamicDeepError CONFIG_INVALID if the file cannot be written
   */
  static async open(path: string): Promise<CompressedFileWriter> {
    try {
      // Anything at the path is removed, never written into: it could be a symbolic link or a pipe.
      await rm(partialOf(path), { force: true });
      const file = createWriteStream(partialOf(path), { flags: 'wx' });
      await once(file, 'open');
      return new CompressedFileWriter(path, file);
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  async write(run: Omit<SegmentRun, 'crc'>): Promise<void> {
    if (this.#failure !== undefined) throw unwritable(this.#path, this.#failure);
    const object = runType().toBuffer({ ...run, crc: NO_CRC });
    if (!this.#encoder.write({ ...run, crc: crcOf(object) })) {
      await Promise.race([once(this.#encoder, 'drain'), once(this.#file, 'close')]);
    }
  }

  /** Ends the partial file. @returns its size in bytes */
  async end(): Promise<number> {
    this.#encoder.end();
    await finished(this.#file).catch((error: unknown) => {
      throw unwritable(this.#path, this.#failure ?? error);
    });
    return this.#file.bytesWritten;
  }

  /** Renames the ended file to its final path. @throws DynamicDeepError CONFIG_INVALID if that fails */
  async keep(): Promise<void> {
    await rename(this.partial, this.#path).catch((error: unknown) => {
      throw unwritable(this.#path, error);
    });
  }

  /** Stops writing and deletes the partial file. */
  async discard(): Promise<void> {
    this.#encoder.destroy();
    this.#file.destroy();
    await rm(this.partial, { force: true });
  }
}

function partialOf(path: string): string {
  return `${path}.partial`;
}

function unwritable(path: string, cause: unknown): DynamicDeepError {
  return new DynamicDeepError('CONFIG_INVALID', `${path} cannot be written: ${messageOf(cause)}`, { cause });
}
