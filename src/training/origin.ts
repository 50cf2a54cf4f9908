import { cpus } from 'node:os';

/** What a manifest says of how a model was made, besides its data: seed, machine and time. */
export function origin(options: { readonly seed: number }, started: number): Record<string, unknown> {
  return {
    seed: options.seed,
    date: new Date(started).toISOString().slice(0, 10),
    minutes: Math.round((Date.now() - started) / 60_000),
    machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    node: process.version,
  };
}
