/** The live connection: begins with a ticket, goes on behind the last change after a cut. */
import type { CompressionReport, Hello, ServerMessage, SystemReport, Watch } from '../protocol.js';
import { Signal, type Store } from './store.js';
import { parseWave } from './wave/wave.js';

export type ConnectionState = 'connecting' | 'live' | 'cut';

const RETRY_MS = [500, 1_000, 2_000, 5_000];
/** The server says something every five seconds. */
const SILENT_MS = 12_000;

export class Connection {
  readonly stateChanged = new Signal<ConnectionState>();
  readonly greeted = new Signal<Hello>();
  readonly compression = new Signal<CompressionReport>();
  readonly system = new Signal<SystemReport>();
  state: ConnectionState = 'connecting';
  hello: Hello | undefined;
  readonly #store: Store;
  #socket: WebSocket | undefined;
  #sequence = 0;
  #instance: string | undefined;
  #isFirst = true;
  #failures = 0;
  #heardAt = 0;
  /** Wall ms: server's clock less this machine's. */
  #offset = 0;
  #watch: Watch = { type: 'watch', beds: [], whole: null, reports: [] };

  constructor(store: Store) {
    this.#store = store;
    setInterval(() => {
      if (this.state === 'live' && performance.now() - this.#heardAt > SILENT_MS) this.#socket?.close();
    }, 1_000);
  }

  /** Wall ms UTC by the server's clock. */
  now(): number {
    return Date.now() + this.#offset;
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
      const answer = await fetch('/api/ticket', { method: 'POST' });
      if (answer.status === 401) {
        location.assign('/login');
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
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/live?${query.toString()}`);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#heardAt = performance.now();
      if (typeof data === 'string') this.#hear(JSON.parse(data) as ServerMessage);
      else this.#store.takeWave(parseWave(data), performance.now());
    });
    socket.addEventListener('close', () => {
      if (this.#socket === socket) this.#retry();
    });
  }

  #hear(message: ServerMessage): void {
    switch (message.type) {
      case 'hello':
        this.#failures = 0;
        this.#instance = message.instance;
        this.#offset = message.now - Date.now();
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
        this.#sequence = message.sequence;
        this.#offset = message.now - Date.now();
        this.#store.take(message.events, !this.#isFirst, message.now);
        this.#isFirst = false;
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
