/** The paper's networks, loaded, as functions of windows and latents. Runs where TensorFlow is: in a worker thread. */
import { buildPaperDecoder, buildPaperEncoder, buildPaperPredictor } from '../model/architectures/paper-codec.js';
import { Network } from '../model/network.js';
import { readManifest } from '../model/manifest.js';
import { loadNetwork } from '../model/store.js';
import { LATENT_COUNT, LATENT_RANGE, PREDICTED_TASKS, scaledLatents, type Head } from './latents.js';

export interface HeadOutput {
  /** n x 56 or n x 28 integers of +-16. */
  readonly latents: Int8Array;
  /** n x 2 predicted errors: rhythm in nats, peaks as RPnet's loss. */
  readonly predicted: Float32Array;
}

/** Edge side: encoder and dense predictors, within the paper's 332 KB. */
export class PaperEncoder {
  readonly #encoder: Network;
  readonly #predictors: Readonly<Record<Head, Network>>;

  private constructor(encoder: Network, predictors: Record<Head, Network>) {
    this.#encoder = encoder;
    this.#predictors = predictors;
  }

  static async load(folder: string): Promise<PaperEncoder> {
    const { manifest } = await readManifest(folder);
    const encoder = buildPaperEncoder();
    await loadNetwork(folder, manifest, 'encoder', encoder);
    const predictor = async (head: Head): Promise<Network> => {
      const network = buildPaperPredictor(LATENT_COUNT[head], PREDICTED_TASKS.length);
      await loadNetwork(folder, manifest, `predictor${head}`, network);
      return new Network(network);
    };
    return new PaperEncoder(new Network(encoder), { 32: await predictor(32), 64: await predictor(64) });
  }

  /** `windows` holds n rows of 1,792 normalised samples. */
  encode(windows: Float32Array, n: number): Record<Head, HeadOutput> {
    const [head32 = new Float32Array(), head64 = new Float32Array()] = this.#encoder.run(windows, n);
    return { 32: this.#output(32, head32, n), 64: this.#output(64, head64, n) };
  }

  #output(head: Head, values: Float32Array, n: number): HeadOutput {
    const latents = Int8Array.from(values, (v) => Math.round(LATENT_RANGE * Math.tanh(v)));
    const [predicted = new Float32Array()] = this.#predictors[head].run(scaledLatents(latents), n);
    return { latents, predicted };
  }
}

/** Cloud side: adapters and the shared decoder. */
export class PaperDecoder {
  readonly #adapters: Readonly<Record<Head, Network>>;
  readonly #shared: Network;

  private constructor(adapters: Record<Head, Network>, shared: Network) {
    this.#adapters = adapters;
    this.#shared = shared;
  }

  static async load(folder: string): Promise<PaperDecoder> {
    const { manifest } = await readManifest(folder);
    const networks = buildPaperDecoder();
    for (const key of ['adapter32', 'adapter64', 'shared'] as const) {
      await loadNetwork(folder, manifest, key, networks[key]);
    }
    const adapters = { 32: new Network(networks.adapter32), 64: new Network(networks.adapter64) };
    return new PaperDecoder(adapters, new Network(networks.shared));
  }

  /** Normalised samples, n rows of 1,792, of n rows of latents of one head. */
  decode(head: Head, latents: Int8Array, n: number): Float32Array {
    const [adapted = new Float32Array()] = this.#adapters[head].run(scaledLatents(latents), n);
    const [samples = new Float32Array()] = this.#shared.run(adapted, n, 32);
    return samples;
  }
}
