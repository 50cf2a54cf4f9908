/** The paper's networks: encoder, heads, dense predictors; adapters and decoder. */
import { buildPaperDecoder, buildPaperEncoder, buildPaperPredictor } from '../model/architectures/paper-codec.js';
import { Network } from '../model/network.js';
import { readManifest } from '../model/manifest.js';
import { loadNetwork } from '../model/store.js';
import type { DecoderNetworks, EncoderNetworks, EncoderOutput, RungOutput } from './network-types.js';
import { rungAt, type Ladder, type PaperRung } from './ladder.js';
import { HEADS, LATENT_COUNT, LATENT_RANGE, PREDICTED_TASKS, scaledLatents, type Head } from './latents.js';

/**
 * Edge side: encoder and dense predictors, the paper's 332 KB. A head without a predictor gives no predictions, so no edge
 * chooses it: it is a baseline, measured with feedback or forced throughout.
 */
export class PaperEncoder implements EncoderNetworks {
  readonly #encoder: Network;
  readonly #predictors: ReadonlyMap<Head, Network>;
  readonly #rungs: readonly PaperRung[];

  private constructor(encoder: Network, predictors: ReadonlyMap<Head, Network>, rungs: readonly PaperRung[]) {
    this.#encoder = encoder;
    this.#predictors = predictors;
    this.#rungs = rungs;
  }

  static async load(folder: string, ladder: Ladder): Promise<PaperEncoder> {
    const { manifest } = await readManifest(folder);
    const encoder = buildPaperEncoder();
    await loadNetwork(folder, manifest, 'encoder', encoder);
    const predictors = new Map<Head, Network>();
    for (const head of HEADS) {
      const key = `predictor${head}`;
      if (!(key in manifest.networks)) continue;
      const network = buildPaperPredictor(LATENT_COUNT[head], PREDICTED_TASKS.length);
      await loadNetwork(folder, manifest, key, network);
      predictors.set(head, new Network(network));
    }
    const rungs = ladder.rungs.filter((rung): rung is PaperRung => rung.kind === 'paper');
    return new PaperEncoder(new Network(encoder), predictors, rungs);
  }

  encode(windows: Float32Array, n: number): EncoderOutput {
    const outputs = this.#encoder.run(windows, n);
    return new Map(this.#rungs.map(({ index, head }) => [index, this.#output(head, outputs[HEADS.indexOf(head)]!, n)]));
  }

  #output(head: Head, values: Float32Array, n: number): RungOutput {
    const latents = Int8Array.from(values, (v) => Math.round(LATENT_RANGE * Math.tanh(v)));
    const [predicted = new Float32Array()] = this.#predictors.get(head)?.run(scaledLatents(latents), n) ?? [];
    return { latents, predicted };
  }
}

/** Cloud side: adapters and the shared decoder. */
export class PaperDecoder implements DecoderNetworks {
  readonly #adapters: Readonly<Record<Head, Network>>;
  readonly #shared: Network;
  readonly #ladder: Ladder;

  private constructor(adapters: Record<Head, Network>, shared: Network, ladder: Ladder) {
    this.#adapters = adapters;
    this.#shared = shared;
    this.#ladder = ladder;
  }

  static async load(folder: string, ladder: Ladder): Promise<PaperDecoder> {
    const { manifest } = await readManifest(folder);
    const networks = buildPaperDecoder();
    for (const key of ['adapter16', 'adapter32', 'adapter64', 'shared'] as const) {
      await loadNetwork(folder, manifest, key, networks[key]);
    }
    const adapters = {
      16: new Network(networks.adapter16),
      32: new Network(networks.adapter32),
      64: new Network(networks.adapter64),
    };
    return new PaperDecoder(adapters, new Network(networks.shared), ladder);
  }

  decode(index: number, latents: Int8Array, n: number): Float32Array {
    const { head } = rungAt(this.#ladder, index) as PaperRung;
    const [adapted = new Float32Array()] = this.#adapters[head].run(scaledLatents(latents), n);
    const [samples = new Float32Array()] = this.#shared.run(adapted, n, 32);
    return samples;
  }
}
