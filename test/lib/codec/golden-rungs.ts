/** Rungs with small made-up tables, and payloads as they went out before: they depend on no shipped weights. */
import { readFileSync } from 'node:fs';
import { readLadder, type Ladder } from '../../../src/lib/codec/ladder.js';

/**
 * Rungs whose tables a fixed rule chooses, and rungs with contexts of their own. UPDATE_GOLDEN=1 writes those that are missing; one
 * that is there is never written anew.
 */
export const GOLDEN_FILES = ['rungs', 'coded-rungs'] as const;
export type GoldenFile = (typeof GOLDEN_FILES)[number];
export const pathOf = (file: GoldenFile): URL => new URL(`golden/${file}.json`, import.meta.url);

export interface GoldenStream {
  readonly rung: string;
  readonly payload: string;
  /** Of a transform rung: int16, little endian, base64. */
  readonly samples?: string;
  /** Of a rung with latents: the window's scale, and int8, base64. */
  readonly scale?: { readonly index: number; readonly offset: number };
  readonly latents?: string;
}

export interface GoldenRungs {
  /** As a manifest has it, but each row of counts is one text. */
  readonly ladder: readonly (Record<string, unknown> & {
    readonly name: string;
    readonly counts?: readonly string[];
  })[];
  readonly streams: Readonly<Record<string, GoldenStream>>;
}

export function readGolden(file: GoldenFile): GoldenRungs {
  return JSON.parse(readFileSync(pathOf(file), 'utf8')) as GoldenRungs;
}

export function goldenLadder({ ladder }: Pick<GoldenRungs, 'ladder'>): Ladder {
  const rungs = ladder.map((rung) =>
    rung.counts === undefined ? rung : { ...rung, counts: rung.counts.map((row) => row.split(' ').map(Number)) },
  );
  return readLadder({
    hash: 'c0'.repeat(32),
    manifest: {
      name: 'codec',
      version: 1,
      architecture: { kind: 'neural-codec', config: {} },
      networks: {},
      training: {},
      parameters: { ladder: rungs, scaleRange: [0, 127], tau: 1 },
    },
  });
}
