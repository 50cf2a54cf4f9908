/** Keeps the streams of all live devices across connections: a device that reconnects in time continues its epoch. */
import type { Logger } from '../../lib/kafka/index.js';
import type { Packet } from '../../lib/signal/packet-order.js';
import type { LiveMetrics } from '../metrics.js';
import type { SourceTools } from '../streams.js';
import { EpochBudget } from './epoch-budget.js';
import { LiveStream } from './live-stream.js';
import type { Hello } from './protocol.js';

export interface RegistryOptions {
  /** Id of the gateway, the prefix of the opaque ids. */
  readonly gateway: string;
  /** Wall milliseconds without a packet after which an epoch ends. */
  readonly silenceMs: number;
  readonly tools: SourceTools;
  readonly metrics: LiveMetrics;
  readonly logger: Pick<Logger, 'warn'>;
  /** Called with a failure behind a timer; a failure in `take` is thrown to its caller. */
  readonly fail: (error: unknown) => void;
}

interface Live {
  readonly stream: LiveStream;
  readonly device: string;
  /** The lead's hello as JSON. */
  readonly announced: string;
  readonly silence: NodeJS.Timeout;
  /** Epochs that were refused since the device was last told. */
  refused: number;
}

/** A packet that took this long was held back, and the lines behind it too. Milliseconds of the monotonic clock. */
const HELD_BACK_MS = 100;
/** Time between two log lines about refused epochs, milliseconds of the monotonic clock. */
const SAY_REFUSED_MS = 60_000;

export class LiveRegistry {
  readonly #options: RegistryOptions;
  readonly #live = new Map<string, Live>();
  readonly #ending = new Map<string, Promise<unknown>>();
  /** End of each past stream's samples, milliseconds UTC: at most one for each bed and lead of the protocol. */
  readonly #ended = new Map<string, number>();
  /** Epoch budgets by stream; bounded like `#ended`. */
  readonly #budgets = new Map<string, EpochBudget>();
  /** Number of packets being taken, by device: while one waits for room, the device's lines are not read. */
  readonly #underWay = new Map<string, number>();
  #refused = 0;
  #refusedSaidAt = -Infinity;
  #closed = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Streams whose epoch is open. */
  get size(): number {
    return this.#live.size;
  }

  /**
   * Resolves when the gateway has room for more of this lead; false if the lead would begin epochs too
   * often. After `close` nothing is taken.
   */
  async take(hello: Hello, packet: Packet): Promise<boolean> {
    const device = `${this.#options.gateway}-${String(hello.bed).padStart(3, '0')}`;
    const began = performance.now();
    this.#underWay.set(device, (this.#underWay.get(device) ?? 0) + 1);
    try {
      return await this.#takeOf(device, hello, packet);
    } finally {
      const others = (this.#underWay.get(device) ?? 1) - 1;
      if (others > 0) this.#underWay.set(device, others);
      else this.#underWay.delete(device);
      if (performance.now() - began >= HELD_BACK_MS) this.#refreshAll(device);
    }
  }

  /** Ends every stream for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#live].map(([id, live]) => this.#end(id, live, true)));
    await Promise.all(this.#ending.values());
  }

  async #takeOf(device: string, hello: Hello, packet: Packet): Promise<boolean> {
    const id = `${device}.${hello.lead}`;
    const announced = JSON.stringify(hello);
    for (;;) {
      await this.#ending.get(id);
      if (this.#closed) return true;
      const live = this.#live.get(id);
      if (live?.announced === announced) {
        live.silence.refresh();
        await live.stream.take(packet);
        const isTaken = live.refused === 0;
        live.refused = 0;
        return isTaken;
      }
      if (!this.#budgetOf(id).hasOne) {
        this.#countRefused(id, 1);
        return false;
      }
      if (live === undefined) this.#live.set(id, this.#open(id, device, hello));
      else await this.#end(id, live, false);
    }
  }

  #open(id: string, device: string, hello: Hello): Live {
    const { tools, metrics } = this.#options;
    const { spec, modulus } = hello;
    const afterEpoch = this.#ended.get(id) ?? tools.afterEpoch(id);
    const source = { stream: id, device, lead: spec };
    const onRefused = (epochs: number): void => {
      live.refused += epochs;
      this.#countRefused(id, epochs);
    };
    const stream = new LiveStream({
      source,
      modulus,
      afterEpoch,
      budget: this.#budgetOf(id),
      tools,
      metrics,
      onRefused,
    });
    const live = { stream, device, announced: JSON.stringify(hello), silence: this.#silenceTimer(id), refused: 0 };
    return live;
  }

  #budgetOf(id: string): EpochBudget {
    let budget = this.#budgets.get(id);
    if (budget === undefined) {
      budget = new EpochBudget();
      this.#budgets.set(id, budget);
    }
    return budget;
  }

  /** Counts refused packets; logs the first at once, then at most once a minute. */
  #countRefused(stream: string, packets: number): void {
    const { metrics, logger } = this.#options;
    metrics.countRefusedLine('epochs', packets);
    this.#refused += packets;
    if (performance.now() - this.#refusedSaidAt < SAY_REFUSED_MS) return;
    this.#refusedSaidAt = performance.now();
    logger.warn(
      { stream, refused: this.#refused },
      'a lead would begin epochs too often: refused, of all leads so far',
    );
  }

  #silenceTimer(id: string): NodeJS.Timeout {
    const { silenceMs, fail } = this.#options;
    return setTimeout(() => {
      const live = this.#live.get(id);
      if (live === undefined) return;
      if (this.#underWay.has(live.device)) live.silence.refresh();
      else this.#end(id, live, false).catch(fail);
    }, silenceMs);
  }

  /** Restarts the silence timers of a device: what it sent meanwhile is still to be read. */
  #refreshAll(device: string): void {
    for (const live of this.#live.values()) if (live.device === device) live.silence.refresh();
  }

  /** @param last as for `LiveStream.end` */
  async #end(id: string, live: Live, last: boolean): Promise<void> {
    if (this.#live.get(id) === live) this.#live.delete(id);
    clearTimeout(live.silence);
    const ended = live.stream.end(last);
    this.#ending.set(id, ended);
    try {
      await ended;
      this.#ended.set(id, live.stream.endOfSamples);
    } finally {
      if (this.#ending.get(id) === ended) this.#ending.delete(id);
    }
  }
}
