/** The certificates of a models folder, and the search for one that supports a policy. */
import { join } from 'node:path';
import { MOST_DELTA, readCertificates, type Certificate, type ModelHashes, type PredictorKind } from './certificate.js';
import { findCertificate } from './match.js';
import { readModelHashes } from './model-hashes.js';
import { ownBounds, type PolicyRule } from './policy.js';

/** The parts of a codec's ladder that matter here. */
interface CertifiedLadder {
  /** SHA-256 of the codec's manifest. */
  readonly hash: string;
  readonly rungs: readonly { readonly kind: string; readonly name: string }[];
}

export interface PolicyToKeep extends PolicyRule {
  readonly alpha: number;
}

export type Standing =
  | { readonly certificate: Certificate }
  /** Send losslessly. `reason` says what is missing; `command` certifies a policy that is stored in FILE. */
  | { readonly certificate: undefined; readonly reason: string; readonly command: string };

export class Certificates {
  readonly #all: readonly Certificate[];
  readonly #models: ModelHashes;
  readonly #lossyRungs: readonly string[];
  readonly #commandOf: (policy: PolicyToKeep, predictor: PredictorKind) => string;

  private constructor(
    all: readonly Certificate[],
    hashes: ModelHashes,
    rungs: readonly string[],
    command: (policy: PolicyToKeep, predictor: PredictorKind) => string,
  ) {
    this.#all = all;
    this.#models = hashes;
    this.#lossyRungs = rungs;
    this.#commandOf = command;
  }

  /**
   * @param models folder with `codec`, `rhythm`, `peaks` and, if any policy is certified, `certificates.json`
   * @param path file of certificates in place of that one
   * @param tasks SHA-256 of the loaded tasks of one's own, by name
   * @throws DynamicDeepError MODEL_INVALID, CERTIFICATE_INVALID
   */
  static async open(
    models: string,
    { hash, rungs }: CertifiedLadder,
    path = join(models, 'certificates.json'),
    tasks: Readonly<Record<string, string>> = {},
  ): Promise<Certificates> {
    const lossy = rungs.filter(({ kind }) => kind !== 'lossless').map(({ name }) => name);
    const hashes = { ...(await readModelHashes(models, hash)), tasks };
    return new Certificates(await readCertificates(path), hashes, lossy, ({ alpha, bounds }, predictor) =>
      [
        ...['dynamic-deep calibrate --models', models, '--records DIR --policy FILE'],
        ...(Object.keys(ownBounds(bounds)).length === 0 ? [] : ['--tasks DIR']),
        ...['--alpha', alpha, '--delta', MOST_DELTA, '--predictor', predictor, '--json', path],
      ].join(' '),
    );
  }

  find(policy: PolicyToKeep, predictor: PredictorKind): Standing {
    const demand = { ...policy, predictor, models: this.#models, lossyRungs: this.#lossyRungs };
    const { certificate, reason } = findCertificate(this.#all, demand);
    if (certificate !== undefined) return { certificate };
    return { certificate, reason, command: this.#commandOf(policy, predictor) };
  }
}
