/** One TCP connection: the lines of one device. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Packet } from '../../lib/signal/packet-order.js';
import type { LiveMetrics, RefusedReason } from '../metrics.js';
import { boundedLines } from './lines.js';
import { parseDeviceLine, type Hello } from './protocol.js';
import type { LiveRegistry } from './registry.js';

export interface DeviceConnectionOptions {
  readonly socket: Socket;
  readonly devices: LiveRegistry;
  /** All open connections; this one adds and removes itself. */
  readonly connections: Set<DeviceConnection>;
  readonly mostDevices: number;
  /** Wall milliseconds without a byte after which the connection is given up; 60 s by default. */
  readonly idleMs?: number;
  readonly metrics: LiveMetrics;
}

const MOST_LINE_BYTES = 256 * 1024;
/** Lines beyond this wait, and the socket with them. 16 leads of 10 packets a second make 160. */
const LINES_PER_SECOND = 500;
const IDLE_MS = 60_000;
/** Answers are dropped while more than this is unread by the device. */
const MOST_UNREAD_BYTES = 64 * 1024;

export class DeviceConnection {
  readonly #options: DeviceConnectionOptions;
  readonly #hellos = new Map<number, Hello>();
  #bed: number | undefined;
  #line = 0;
  #windowFrom = Date.now();
  #windowLines = 0;

  constructor(options: DeviceConnectionOptions) {
    this.#options = options;
  }

  /** Resolves when the connection is over. Rejects only if the gateway failed, never because of a device's fault. */
  async run(): Promise<void> {
    const { socket, connections, mostDevices, idleMs = IDLE_MS, metrics } = this.#options;
    socket.on('error', () => undefined);
    socket.setTimeout(idleMs, () => socket.destroy());
    if (connections.size >= mostDevices) {
      this.#refuse('devices', `more than ${mostDevices} devices`);
      socket.end();
      socket.resume();
      return;
    }
    connections.add(this);
    metrics.setDevices(connections.size);
    try {
      for await (const line of boundedLines(readable(socket), MOST_LINE_BYTES)) {
        this.#line++;
        await this.#pace();
        if (line === undefined) this.#refuse('length', `longer than ${MOST_LINE_BYTES} bytes`);
        else if (line.trim() !== '') await this.#take(line);
      }
    } finally {
      connections.delete(this);
      metrics.setDevices(connections.size);
      socket.end();
    }
  }

  /** Tells the device the reason and ends the connection. */
  close(reason: string): void {
    const { socket } = this.#options;
    socket.end(`${JSON.stringify({ error: reason })}\n`);
    socket.destroySoon();
  }

  async #take(line: string): Promise<void> {
    const read = parseDeviceLine(line, Date.now());
    if (read.kind === 'refused') {
      this.#refuse('syntax', read.fault);
    } else if (read.kind === 'hello') {
      this.#greet(read.hello);
    } else {
      const hello = this.#hellos.get(read.lead);
      if (hello === undefined) this.#refuse('unknown_lead', 'a packet of a lead without hello');
      else await this.#hand(hello, read.packet);
    }
  }

  /** Suspends the idle timeout: while the gateway has no room the socket is not read, which is not the device's silence. */
  async #hand(hello: Hello, packet: Packet): Promise<void> {
    const { socket, devices, idleMs = IDLE_MS } = this.#options;
    socket.setTimeout(0);
    const isTaken = await devices.take(hello, packet);
    socket.setTimeout(idleMs);
    // The registry has counted the refusal.
    if (!isTaken) this.#answer('the lead begins epochs too often');
  }

  /** Registers a lead. A device that reconnects while its old connection still seems open takes over its bed. */
  #greet(hello: Hello): void {
    if (this.#bed !== undefined && this.#bed !== hello.bed) {
      this.#refuse('syntax', 'another bed on the same connection');
      return;
    }
    for (const other of this.#options.connections) {
      if (other !== this && other.#bed === hello.bed) other.close('the bed has connected anew');
    }
    this.#bed = hello.bed;
    this.#hellos.set(hello.lead, hello);
  }

  #refuse(reason: RefusedReason, fault: string): void {
    this.#options.metrics.countRefusedLine(reason);
    this.#answer(fault);
  }

  #answer(fault: string): void {
    const { socket } = this.#options;
    if (socket.writable && socket.writableLength < MOST_UNREAD_BYTES) {
      socket.write(`${JSON.stringify({ error: fault, line: this.#line })}\n`);
    }
  }

  async #pace(): Promise<void> {
    const now = Date.now();
    if (now - this.#windowFrom >= 1000 || now < this.#windowFrom) {
      this.#windowFrom = now;
      this.#windowLines = 0;
    }
    if (++this.#windowLines > LINES_PER_SECOND) await sleep(Math.max(0, this.#windowFrom + 1000 - now));
  }
}

/** Yields what the socket receives until it ends or breaks: a device that is torn off is not a failure. */
async function* readable(socket: Socket): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of socket) yield chunk as Buffer;
  } catch {
    return;
  }
}
