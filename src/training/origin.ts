import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import { sha256 } from '../lib/model/digest.js';

/** Split files given to a training. */
interface Splits {
  readonly cincSplit?: string;
  readonly mitdbSplit?: string;
  readonly split?: string;
}

/** Origin of a model for its manifest, besides its data: seed, machine and time, and the splits by their SHA-256. */
export function origin(options: Splits & { readonly seed: number }, started: number): Record<string, unknown> {
  return {
    seed: options.seed,
    date: new Date(started).toISOString().slice(0, 10),
    minutes: Math.round((Date.now() - started) / 60_000),
    machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    node: process.version,
    splits: splitHashes(options),
  };
}

/** SHA-256 of each split file by its name; the file determines the records of each part. */
export function splitHashes({ cincSplit, mitdbSplit, split }: Splits): Record<string, string> {
  const paths = [cincSplit, mitdbSplit, split].filter((path) => path !== undefined);
  return Object.fromEntries(paths.map((path) => [basename(path), sha256(readFileSync(path))]));
}
