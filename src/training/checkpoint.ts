/** Checkpoints: the networks' weights and the optimizer's moments as one file, replaced by rename. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamicDeepError } from '../lib/errors/index.js';
import tf, { type LayersModel, type Tensor, type Variable } from '../lib/model/tf.js';

type Optimizer = ReturnType<typeof tf.train.adam>;

interface Header {
  readonly identity: string;
  readonly step: number;
  readonly shapes: { name: string; shape: number[]; dtype: 'float32' | 'int32' }[];
}

export class Checkpoint {
  readonly #path: string;
  readonly #folder: string;
  readonly #identity: string;

  constructor(folder: string, identity: Readonly<Record<string, unknown>>) {
    this.#folder = folder;
    this.#path = join(folder, 'checkpoint.bin');
    this.#identity = JSON.stringify(identity);
  }

  /** Returns the step to resume from, 0 without a checkpoint. Throws CHECKPOINT_INVALID if it belongs to another plan. */
  async restore(networks: Readonly<Record<string, LayersModel>>, optimizer: Optimizer): Promise<number> {
    const bytes = await readFile(this.#path).catch(() => undefined);
    if (bytes === undefined) return 0;
    const { header, headerLength } = this.#readHeader(bytes);
    if (header.identity !== this.#identity) {
      throw new DynamicDeepError('CHECKPOINT_INVALID', `${this.#path} belongs to another plan: ${header.identity}`);
    }
    let offset = 4 + headerLength;
    const tensors = header.shapes.map(({ shape, dtype }) => {
      const length = 4 * shape.reduce((a, b) => a * b, 1);
      const buffer = Uint8Array.prototype.slice.call(bytes, offset, offset + length).buffer;
      offset += length;
      return tf.tensor(dtype === 'int32' ? new Int32Array(buffer) : new Float32Array(buffer), shape, dtype);
    });
    let next = 0;
    for (const network of Object.values(networks)) {
      const own = tensors.slice(next, (next += network.weights.length));
      network.setWeights(own);
      tf.dispose(own);
    }
    const moments = tensors.slice(next).map((tensor, i) => ({ name: header.shapes[next + i]?.name ?? '', tensor }));
    await optimizer.setWeights(moments);
    restoreBiasCorrection(optimizer);
    return header.step;
  }

  #readHeader(bytes: Buffer): { header: Header; headerLength: number } {
    try {
      const headerLength = bytes.readUInt32LE(0);
      const header = JSON.parse(bytes.toString('utf8', 4, 4 + headerLength)) as Header;
      const values = header.shapes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
      if (bytes.length === 4 + headerLength + 4 * values) return { header, headerLength };
    } catch {
      // Reported below.
    }
    throw new DynamicDeepError('CHECKPOINT_INVALID', `${this.#path} was cut short or is no checkpoint`);
  }

  async save(step: number, networks: Readonly<Record<string, LayersModel>>, optimizer: Optimizer): Promise<void> {
    const weights = Object.values(networks).flatMap((network) =>
      network.weights.map((weight): { name: string; tensor: Tensor } => ({ name: weight.name, tensor: weight.read() })),
    );
    const moments = await optimizer.getWeights();
    const all = [...weights, ...moments];
    const shapes = all.map(({ name, tensor }) => ({ name, shape: tensor.shape, dtype: tensor.dtype }));
    const header = Buffer.from(JSON.stringify({ identity: this.#identity, step, shapes }));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    const data = all.map(({ tensor }) => {
      const values = tensor.dataSync();
      return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    });
    await mkdir(this.#folder, { recursive: true });
    await writeFile(`${this.#path}.partial`, Buffer.concat([length, header, ...data]));
    await rename(`${this.#path}.partial`, this.#path);
  }
}

/**
 * tfjs restores the powers of Adam's betas exactly, while a run multiplies them up in single precision. They differ by a unit
 * in the last place, a difference that a resumed training would keep for ever. Multiplying up here too makes both equal.
 */
function restoreBiasCorrection(optimizer: Optimizer): void {
  const own = optimizer as unknown as Record<'beta1' | 'beta2', number> & Record<'accBeta1' | 'accBeta2', Variable>;
  for (const [beta, power] of [
    [own.beta1, own.accBeta1],
    [own.beta2, own.accBeta2],
  ] as const) {
    const factor = Math.fround(beta);
    let product = factor;
    for (let i = 0; i < optimizer.iterations; i++) product = Math.fround(product * factor);
    tf.tidy(() => {
      power.assign(tf.scalar(product));
    });
  }
}
