/** The streams of all live devices, across connections: a device that comes back in time goes on with its epoch. */
import type { Packet } from '../../lib/signal/packet-order.js';
import type { LiveMetrics } from '../metrics.js';
import type { SourceTools } from '../streams.js';
import { LiveStream } from './live-stream.js';
import type { Hello } from './protocol.js';

export interface RegistryOptions {
  /** Gateway's id: prefix of the opaque ids. */
  readonly gateway: string;
  /** Wall milliseconds without a packet after which an epoch ends. */
  readonly silenceMs: number;
  readonly tools: SourceTools;
  readonly metrics: LiveMetrics;
  /** Hears of a failure behind a timer; one under `take` is thrown to its caller. */
  readonly fail: (error: unknown) => void;
}

interface Live {
  readonly stream: LiveStream;
  /** What the lead was announced as. */
  readonly announced: string;
  readonly silence: NodeJS.Timeout;
}

export class LiveRegistry {
  readonly #options: RegistryOptions;
  readonly #live = new Map<string, Live>();
  readonly #ending = new Map<string, Promise<void>>();
  /** Where every stream that was here has ended: as many as the protocol has leads and beds at most. */
  readonly #ended = new Map<string, number>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Streams whose epoch is open. */
  get size(): number {
    return this.#live.size;
  }

  /** Resolves when the gateway has room for more of this lead. */
  async take(hello: Hello, packet: Packet): Promise<void> {
    const device = `${this.#options.gateway}-${String(hello.bed).padStart(3, '0')}`;
    const id = `${device}.${hello.lead}`;
    const announced = JSON.stringify(hello);
    await this.#ending.get(id);
    let live = this.#live.get(id);
    if (live !== undefined && live.announced !== announced) {
      await this.#end(id, live);
      live = undefined;
    }
    if (live === undefined) {
      live = { stream: this.#open(id, device, hello), announced, silence: this.#silenceTimer(id) };
      this.#live.set(id, live);
    }
    live.silence.refresh();
    await live.stream.take(packet);
  }

  /** Ends every epoch. */
  async close(): Promise<void> {
    await Promise.all([...this.#live].map(([id, live]) => this.#end(id, live)));
    await Promise.all(this.#ending.values());
  }

  #open(id: string, device: string, { spec, modulus }: Hello): LiveStream {
    const { tools, metrics } = this.#options;
    const afterEpoch = this.#ended.get(id) ?? tools.afterEpoch(id);
    return new LiveStream({ source: { stream: id, device, lead: spec }, modulus, afterEpoch, tools, metrics });
  }

  #silenceTimer(id: string): NodeJS.Timeout {
    const { silenceMs, fail } = this.#options;
    return setTimeout(() => {
      const live = this.#live.get(id);
      if (live !== undefined) this.#end(id, live).catch(fail);
    }, silenceMs);
  }

  async #end(id: string, live: Live): Promise<void> {
    if (this.#live.get(id) === live) this.#live.delete(id);
    clearTimeout(live.silence);
    const ended = live.stream.end(Date.now());
    const done = ended.catch(() => undefined);
    this.#ending.set(id, done);
    try {
      await ended;
      this.#ended.set(id, live.stream.endOfSamples);
    } finally {
      if (this.#ending.get(id) === done) this.#ending.delete(id);
    }
  }
}
