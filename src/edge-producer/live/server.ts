/** Listens for bedside devices, by the protocol of docs/devices.md. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';
import type { Logger } from '../../lib/kafka/index.js';
import type { LiveMetrics } from '../metrics.js';
import type { EdgeInput } from '../streams.js';
import { DeviceConnection } from './connection.js';
import { LiveRegistry } from './registry.js';

export interface LiveInputOptions {
  readonly host: string;
  readonly port: number;
  readonly gateway: string;
  /** Devices that may be connected at a time. */
  readonly mostDevices: number;
  /** Wall milliseconds without a packet after which an epoch ends. */
  readonly silenceMs: number;
  /** Wall milliseconds without a byte after which a connection is given up; 60 s by default. */
  readonly idleMs?: number;
  readonly metrics: LiveMetrics;
  readonly logger: Logger;
}

/** Wall milliseconds that a second opinion may take: an alarm waits behind it, and its time budget allows this much. */
export const PATIENCE_MS = 300;

/** Takes live devices over TCP, at the pace at which they send. While the gateway is full, sockets are not read. */
export function liveInput(options: LiveInputOptions): EdgeInput {
  let registry: LiveRegistry | undefined;
  return {
    clockRate: 1,
    patienceMs: PATIENCE_MS,
    streams: () => registry?.size ?? 0,
    run: async (tools) => {
      const { gateway, silenceMs, metrics, logger } = options;
      let failed: (error: unknown) => void = () => undefined;
      const failure = new Promise<never>((_, reject) => {
        failed = reject;
      });
      failure.catch(() => undefined);
      const devices = new LiveRegistry({ gateway, silenceMs, tools, metrics, logger, fail: failed });
      registry = devices;
      const connections = new Set<DeviceConnection>();
      const accept = (socket: Socket): void => {
        const connection = new DeviceConnection({ ...options, socket, devices, connections });
        connection.run().catch(failed);
      };
      const server = createServer({ keepAlive: true }, accept);
      await listening(server, options);
      const { address, port } = server.address() as AddressInfo;
      logger.info({ address, port }, 'listening for devices');
      try {
        await Promise.race([failure, aborted(tools.signal)]);
      } finally {
        server.close();
        for (const connection of connections) connection.close('the gateway ends');
        await devices.close();
      }
    },
  };
}

async function listening(
  server: ReturnType<typeof createServer>,
  { host, port }: Pick<LiveInputOptions, 'host' | 'port'>,
): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'PORT_TAKEN' : 'CONFIG_INVALID';
    throw new DynamicDeepError(code, `cannot listen for devices on ${host}:${port}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
