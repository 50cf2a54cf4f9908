import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The few requests of Kafka's protocol that tell whether a broker is ready; clients live in src/lib/kafka. */
const FIND_COORDINATOR = { key: 10, version: 1 };
const DESCRIBE_GROUPS = { key: 15, version: 0 };
const API_VERSIONS = { key: 18, version: 0 };
const INIT_PRODUCER_ID = { key: 22, version: 1 };

const NAME = 'readiness-probe';
const ANSWER_MS = 3000;
const PAUSE_MS = 50;

/**
 * Waits until the broker and both its coordinators answer. The coordinators' topics are created at the first request and take
 * seconds to load: a client that meets them in that state may see its group fail or its first transaction time out. Returns
 * false if `signal` ended the wait.
 */
export async function brokerReady(port: number, signal: AbortSignal): Promise<boolean> {
  const group = Buffer.from([0]);
  const transaction = Buffer.from([1]);
  const steps: [typeof API_VERSIONS, Buffer, errorAt: number][] = [
    [API_VERSIONS, Buffer.alloc(0), 0],
    // Throttle time (int32) precedes the error.
    [FIND_COORDINATOR, Buffer.concat([string(NAME), group]), 4],
    [FIND_COORDINATOR, Buffer.concat([string(NAME), transaction]), 4],
    // An array of one group; its description begins with the error.
    [DESCRIBE_GROUPS, Buffer.concat([int32(1), string(NAME)]), 4],
    [INIT_PRODUCER_ID, Buffer.concat([string(NAME), int32(1000)]), 4],
  ];
  for (const [api, body, errorAt] of steps) {
    while ((await errorCode(port, api, body, errorAt)) !== 0) {
      if (signal.aborted) return false;
      await sleep(PAUSE_MS);
    }
  }
  return true;
}

/** Returns the error code of one answer, if there is one. Each request has its own connection: brokers close it on a bad one. */
function errorCode(port: number, api: typeof API_VERSIONS, body: Buffer, errorAt: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = Buffer.alloc(0);
    const end = (code?: number): void => {
      resolve(code);
      socket.destroy();
    };
    socket.setTimeout(ANSWER_MS, end);
    socket.on('error', () => {
      end();
    });
    socket.on('close', () => {
      end();
    });
    socket.on('connect', () => socket.write(request(api, body)));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      // Length and correlation id (int32 each), then the body.
      if (answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0)) end(answer.readInt16BE(8 + errorAt));
    });
  });
}

function request({ key, version }: typeof API_VERSIONS, body: Buffer): Buffer {
  const correlation = 1;
  const header = Buffer.concat([int16(key), int16(version), int32(correlation), string(NAME)]);
  return Buffer.concat([int32(header.length + body.length), header, body]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([int16(bytes.length), bytes]);
}
