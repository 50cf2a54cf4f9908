/** A receiver of posts whose answers a test decides. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookMessage } from '../../src/alarm-webhook/message.js';

export interface Received {
  readonly message: WebhookMessage;
  readonly headers: IncomingHttpHeaders;
  /** Status that was answered; null: none. */
  readonly status: number | null;
}

export interface Answer {
  /** null: the request is left without an answer. */
  readonly status: number | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export class Receiver {
  readonly received: Received[] = [];
  readonly #decide: (message: WebhookMessage) => Answer;
  #server: Server | undefined;
  #port = 0;

  constructor(decide: (message: WebhookMessage) => Answer) {
    this.#decide = decide;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook?key=in-the-url`;
  }

  /** Messages that were answered with 2xx, in order. */
  get accepted(): WebhookMessage[] {
    return this.received.filter(({ status }) => status !== null && status < 300).map(({ message }) => message);
  }

  /** Begins to listen: the first time on any port, later on the same. */
  async open(): Promise<void> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        this.#answer(JSON.parse(Buffer.concat(parts).toString()) as WebhookMessage, request.headers, response);
      });
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Refuses connections from now on, and drops what is open. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  #answer(message: WebhookMessage, headers: IncomingHttpHeaders, response: ServerResponse): void {
    const answer = this.#decide(message);
    this.received.push({ message, headers, status: answer.status });
    if (answer.status !== null) response.writeHead(answer.status, { ...answer.headers }).end('thanks');
  }
}
