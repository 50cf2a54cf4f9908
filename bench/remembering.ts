/** Networks that answer repeated rows from memory: runs at many bounds ask about the same candidates. */
import { createHash } from 'node:crypto';
import type { runLossy } from '../src/lib/codec/window-decoder.js';
import { WINDOW } from '../src/lib/signal/grid.js';
import type { Inference } from '../src/lib/tasks/inference.js';

type Decode = Parameters<typeof runLossy>[1];

const keyOf = (row: Float32Array | Int8Array, rung = ''): string =>
  createHash('sha1').update(rung).update(row).digest('base64');

/** Passes on only unknown rows, each once. `forget` clears the memory. */
function rowsOf<R extends Float32Array | Int8Array>(
  run: (rows: readonly R[], kind: string) => Promise<readonly Float32Array[]>,
) {
  const known = new Map<string, Float32Array>();
  return {
    ask: async (rows: readonly R[], kind = ''): Promise<Float32Array[]> => {
      const keys = rows.map((row) => keyOf(row, kind));
      const fresh = new Map<string, R>();
      keys.forEach((key, i) => {
        if (!known.has(key)) fresh.set(key, rows[i]!);
      });
      if (fresh.size > 0) {
        const answers = await run([...fresh.values()], kind);
        [...fresh.keys()].forEach((key, i) => known.set(key, answers[i]!));
      }
      return keys.map((key) => known.get(key)!);
    },
    forget: () => {
      known.clear();
    },
  };
}

export function remembering(inference: Inference, decode: Decode) {
  const rhythm = rowsOf<Float32Array>((rows) => inference.rhythm(rows));
  const peaks = rowsOf<Float32Array>((rows) => inference.peaks(rows));
  const decoder = rowsOf<Int8Array>(async (rows, rung) => {
    const count = rows[0]!.length;
    const latents = new Int8Array(rows.length * count);
    rows.forEach((row, i) => {
      latents.set(row, i * count);
    });
    const out = await decode(Number(rung), latents, rows.length);
    return rows.map((_, i) => out.slice(i * WINDOW, (i + 1) * WINDOW));
  });
  return {
    inference: { rhythm: (rows) => rhythm.ask(rows), peaks: (rows) => peaks.ask(rows) } satisfies Inference,
    decode: (async (rung, latents, n) => {
      const count = latents.length / n;
      const rows = Array.from({ length: n }, (_, i) => latents.subarray(i * count, (i + 1) * count));
      const answers = await decoder.ask(rows, String(rung));
      const out = new Float32Array(n * WINDOW);
      answers.forEach((row, i) => {
        out.set(row, i * WINDOW);
      });
      return out;
    }) satisfies Decode,
    forget: () => {
      for (const each of [rhythm, peaks, decoder]) each.forget();
    },
  };
}
