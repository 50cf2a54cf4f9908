/** The live connection: begins with a ticket, and after a cut resumes after the last change. */
import type { CompressionReport, Hello, ServerMessage, SystemReport, Watch } from '../protocol.js';
import { ServerClock } from './server-clock.js';
import { Signal, type Store } from './store.js';
import { parseWave } from './wave/wave.js';

export type ConnectionState = 'connecting' | 'live' | 'cut';

const RETRY_MS = [500, 1_000, 2_000, 5_000];
/** The server sends something at least every five seconds, and its first message at once. */
const SILENT_MS = 12_000;
const TICKET_MS = 10_000;

/** The site that serves the page. */
export interface Site {
  readonly origin: string;
  /** Called when nobody is logged in, or no longer. */
  login(): void;
}

export class Connection {
  readonly stateChanged = new Signal<ConnectionState>();
  readonly greeted = new Signal<Hello>();
  readonly compression = new Signal<CompressionReport>();
  readonly system = new Signal<SystemReport>();
  /** Changes or a sign of life arrived. A hidden page gets this even while its timers are suspended. */
  readonly updated = new Signal<null>();
  state: ConnectionState = 'connecting';
  hello: Hello | undefined;
  readonly #store: Store;
  readonly #site: Site;
  readonly #clock = new ServerClock();
  /** The current socket; messages of older ones are ignored. */
  #socket: WebSocket | undefined;
  #sequence = 0;
  #instance: string | undefined;
  #isFirst = true;
  #failures = 0;
  #heardAt = 0;
  #watch: Watch = { type: 'watch', beds: [], whole: null, reports: [] };

  constructor(store: Store, site: Site) {
    this.#store = store;
    this.#site = site;
    setInterval(() => {
      const socket = this.#socket;
      if (socket === undefined || performance.now() - this.#heardAt <= SILENT_MS) return;
      // On a dead network a browser waits a minute for the other side's close frame; leave without it.
      this.#leave();
      socket.close();
    }, 1_000);
  }

  /** Current time by the server's clock, wall ms UTC. */
  now(): number {
    return this.#clock.now();
  }

  watch(wish: Partial<Omit<Watch, 'type'>>): void {
    const next = { ...this.#watch, ...wish };
    if (JSON.stringify(next) === JSON.stringify(this.#watch)) return;
    this.#watch = next;
    this.#sendWatch();
  }

  async connect(): Promise<void> {
    let ticket: string;
    try {
      const answer = await fetch('/api/ticket', { method: 'POST', signal: AbortSignal.timeout(TICKET_MS) });
      if (answer.status === 401) {
        this.#site.login();
        return;
      }
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      ({ ticket } = (await answer.json()) as { ticket: string });
    } catch {
      this.#retry();
      return;
    }
    const query = new URLSearchParams({ ticket });
    if (this.#instance !== undefined) {
      query.set('instance', this.#instance);
      query.set('after', String(this.#sequence));
    }
    const socket = new WebSocket(`${this.#site.origin.replace(/^http/, 'ws')}/api/live?${query.toString()}`);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.addEventListener('message', (event) => {
      if (this.#socket !== socket) return;
      this.#heardAt = performance.now();
      const data = event.data as string | ArrayBuffer;
      if (typeof data === 'string') this.#hear(JSON.parse(data) as ServerMessage);
      else this.#store.takeWave(parseWave(data), performance.now());
    });
    socket.addEventListener('close', () => {
      if (this.#socket === socket) this.#leave();
    });
  }

  #hear(message: ServerMessage): void {
    switch (message.type) {
      case 'hello':
        this.#failures = 0;
        if (message.instance !== this.hello?.instance) this.#clock.forget();
        this.#clock.hear(message.now);
        // If not resumed, the page holds nothing of this instance until the update that follows.
        this.#instance = message.resumed ? message.instance : undefined;
        this.hello = message;
        if (!message.resumed) {
          this.#store.reset();
          this.#isFirst = true;
        }
        this.#enter('live');
        this.greeted.tell(message);
        this.#sendWatch();
        break;
      case 'update':
        this.#instance = this.hello?.instance;
        this.#sequence = message.sequence;
        this.#clock.hear(message.now);
        this.#store.take(message.events, !this.#isFirst, message.now);
        this.#isFirst = false;
        this.updated.tell(null);
        break;
      case 'compression':
        this.compression.tell(message);
        break;
      case 'system':
        this.system.tell(message);
        break;
    }
  }

  #sendWatch(): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(this.#watch));
  }

  #leave(): void {
    this.#socket = undefined;
    this.#retry();
  }

  #retry(): void {
    this.#enter('cut');
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 0;
    this.#failures++;
    setTimeout(() => void this.connect(), wait);
  }

  #enter(state: ConnectionState): void {
    this.state = state;
    this.stateChanged.tell(state);
  }
}
