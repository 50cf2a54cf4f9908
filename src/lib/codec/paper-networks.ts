/** The paper's networks: encoder, heads, dense predictors; adapters and decoder. */
import { buildPaperDecoder, buildPaperEncoder, buildPaperPredictor } from '../model/architectures/paper-codec.js';
import { Network } from '../model/network.js';
import { readManifest } from '../model/manifest.js';
import { loadNetwork } from '../model/store.js';
import type { DecoderNetworks, EncoderNetworks, EncoderOutput, RungOutput } from './network-types.js';
import { rungAt, type Ladder, type PaperRung } from './ladder.js';
import { LATENT_COUNT, LATENT_RANGE, PREDICTED_TASKS, scaledLatents, type Head } from './latents.js';

/** Edge side: encoder and dense predictors, within the paper's 332 KB. */
export class PaperEncoder implements EncoderNetworks {
  readonly #encoder: Network;
  readonly #predictors: Readonly<Record<Head, Network>>;
  readonly #rungs: readonly PaperRung[];

  private constructor(encoder: Network, predictors: Record<Head, Network>, rungs: readonly PaperRung[]) {
    this.#encoder = encoder;
    this.#predictors = predictors;
    this.#rungs = rungs;
  }

  static async load(folder: string, ladder: Ladder): Promise<PaperEncoder> {
    const { manifest } = await readManifest(folder);
    const encoder = buildPaperEncoder();
    await loadNetwork(folder, manifest, 'encoder', encoder);
    const predictor = async (head: Head): Promise<Network> => {
      const network = buildPaperPredictor(LATENT_COUNT[head], PREDICTED_TASKS.length);
      await loadNetwork(folder, manifest, `predictor${head}`, network);
      return new Network(network);
    };
    const predictors = { 32: await predictor(32), 64: await predictor(64) };
    const rungs = ladder.rungs.filter((rung): rung is PaperRung => rung.kind === 'paper');
    return new PaperEncoder(new Network(encoder), predictors, rungs);
  }

  encode(windows: Float32Array, n: number): EncoderOutput {
    const [head32 = new Float32Array(), head64 = new Float32Array()] = this.#encoder.run(windows, n);
    const values = { 32: head32, 64: head64 };
    return new Map(this.#rungs.map(({ index, head }) => [index, this.#output(head, values[head], n)]));
  }

  #output(head: Head, values: Float32Array, n: number): RungOutput {
    const latents = Int8Array.from(values, (v) => Math.round(LATENT_RANGE * Math.tanh(v)));
    const [predicted = new Float32Array()] = this.#predictors[head].run(scaledLatents(latents), n);
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
    for (const key of ['adapter32', 'adapter64', 'shared'] as const) {
      await loadNetwork(folder, manifest, key, networks[key]);
    }
    const adapters = { 32: new Network(networks.adapter32), 64: new Network(networks.adapter64) };
    return new PaperDecoder(adapters, new Network(networks.shared), ladder);
  }

  decode(index: number, latents: Int8Array, n: number): Float32Array {
    const { head } = rungAt(this.#ladder, index) as PaperRung;
    const [adapted = new Float32Array()] = this.#adapters[head].run(scaledLatents(latents), n);
    const [samples = new Float32Array()] = this.#shared.run(adapted, n, 32);
    return samples;
  }
}
