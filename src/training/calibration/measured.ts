/** File of measurements, one line per record, policy and tau, from which a stopped calibration continues. */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownBounds, type PolicyRule } from '../../lib/certification/policy.js';
import { DynamicDeepError } from '../../lib/errors/index.js';
import { wholeLines } from '../dense/lines.js';
import type { EcgRecord } from '../evaluation/compression/records.js';
import type { Played, Way } from './play.js';

/** Measurement as JSON holds it. */
interface Written extends Pick<Played, 'nativeBytes' | 'payloadBytes'> {
  readonly rhythm: number | null;
  readonly peaks: number | null;
  readonly reconstruction: number | null;
  readonly tasks?: Readonly<Record<string, number | null>>;
}

interface Line extends Written {
  readonly record: string;
  readonly policy: PolicyRule;
  readonly tau: number;
}

export class Measured {
  readonly #path: string;
  readonly #known: Map<string, Played>;

  private constructor(path: string, known: Map<string, Played>) {
    this.#path = path;
    this.#known = known;
  }

  /**
   * @param identity what a measurement depends on besides record, policy and tau: models, predictor and rule of choice
   * @throws DynamicDeepError CHECKPOINT_INVALID for a file with a line that is not a measurement
   */
  static async open(folder: string, identity: Readonly<Record<string, unknown>>): Promise<Measured> {
    await mkdir(folder, { recursive: true });
    const digest = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
    const path = join(folder, `${digest}.jsonl`);
    const known = new Map<string, Played>();
    for (const line of await wholeLines(path)) {
      const { record, policy, tau, ...played } = parse(line, path);
      known.set(keyOf(record, { policy, tau }), numbersOf(played));
    }
    return new Measured(path, known);
  }

  get path(): string {
    return this.#path;
  }

  of(record: EcgRecord, way: Way): Played | undefined {
    return this.#known.get(keyOf(identityOf(record), way));
  }

  async add(measured: readonly (readonly [record: EcgRecord, way: Way, played: Played])[]): Promise<void> {
    const lines = measured.map(([record, { policy, tau }, played]) => {
      const name = identityOf(record);
      this.#known.set(keyOf(name, { policy, tau }), played);
      return `${JSON.stringify({ record: name, policy: ruleOf(policy), tau, ...played })}\n`;
    });
    await appendFile(this.#path, lines.join(''));
  }

  /** Call this when the result is written: a later run then measures again, as the program may have changed. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/** Reads null as NaN: JSON writes null for an error that is not finite. */
function numbersOf(played: Written): Played {
  const { rhythm, peaks, reconstruction, tasks = {}, nativeBytes, payloadBytes } = played;
  const [own, other, prdn] = [rhythm, peaks, reconstruction].map((error) => error ?? Number.NaN);
  const named = Object.entries(tasks).map(([name, error]) => [name, error ?? Number.NaN] as const);
  return {
    rhythm: own!,
    peaks: other!,
    reconstruction: prdn!,
    nativeBytes,
    payloadBytes,
    ...(named.length === 0 ? {} : { tasks: Object.fromEntries(named) }),
  };
}

function parse(line: string, path: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch (error) {
    throw new DynamicDeepError('CHECKPOINT_INVALID', `${path} has a line that is no measurement`, { cause: error });
  }
}

/** Identifies a record by name and content: another folder may have other records of the same names. */
function identityOf({ name, original, lead }: EcgRecord): string {
  const { samples } = original;
  const hash = createHash('sha256').update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  return `${name} ${hash.update(`${lead.rate} ${lead.gain} ${lead.baseline}`).digest('hex').slice(0, 16)}`;
}

function ruleOf({ bounds, weights, rungs }: PolicyRule): PolicyRule {
  return { bounds, weights, rungs };
}

function sortedBounds(bounds: PolicyRule['bounds']): (readonly [string, number])[] {
  return Object.entries(ownBounds(bounds)).sort(([a], [b]) => (a < b ? -1 : 1));
}

function keyOf(record: string, { policy, tau }: Way): string {
  const { bounds, rungs } = policy;
  const rule = [
    bounds.rhythm,
    bounds.peaks,
    bounds.reconstruction,
    bounds.weightedSum,
    sortedBounds(bounds),
    policy.weights.rhythm,
    policy.weights.peaks,
    rungs,
  ];
  return `${record} ${tau} ${JSON.stringify(rule)}`;
}
