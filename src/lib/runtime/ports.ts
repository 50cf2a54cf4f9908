import { createServer, type AddressInfo, type Server } from 'node:net';
import { DynamicDeepError, messageOf } from '../errors/index.js';

/** Returns different free ports on 127.0.0.1. All are held at once for a moment, so that none is given twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
  return ports;
}

/** Throws PORT_TAKEN if another process listens on the port, or if it cannot be listened on. */
export async function requireFreePort(port: number): Promise<void> {
  try {
    await close(await listen(port));
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const why = taken ? 'is taken by another process' : `cannot be listened on: ${messageOf(error)}`;
    throw new DynamicDeepError('PORT_TAKEN', `port ${port} on 127.0.0.1 ${why}`, { cause: error });
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
