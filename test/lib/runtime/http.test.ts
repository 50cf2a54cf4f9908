import { afterEach, describe, expect, it } from 'vitest';

import { startHttp, type Checks, type HttpAddress } from '../../../src/lib/runtime/http.js';
import type { ServiceState } from '../../../src/lib/runtime/lifecycle.js';

const open: HttpAddress[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((address) => address.close()));
});

interface Situation {
  state?: ServiceState;
  liveness?: Checks;
  readiness?: Checks;
}

async function serve(situation: Situation = {}, port = 0, host = '127.0.0.1'): Promise<HttpAddress> {
  const address = await startHttp({
    service: 'decoder-stream',
    host,
    port,
    metrics: { contentType: 'text/plain; version=0.0.4', metrics: () => Promise.resolve('up 1\n') },
    state: () => situation.state ?? 'running',
    liveness: () => situation.liveness ?? {},
    readiness: () => situation.readiness ?? {},
  });
  open.push(address);
  return address;
}

async function get(address: HttpAddress, path: string) {
  const response = await fetch(address.url + path);
  const text = await response.text();
  return { status: response.status, text, type: response.headers.get('content-type') };
}

it('serves the metrics', async () => {
  expect(await get(await serve(), '/metrics')).toMatchObject({
    status: 200,
    text: 'up 1\n',
    type: expect.stringContaining('version=0.0.4') as string,
  });
});

describe('health', () => {
  it.each([
    ['starting', 200, 503],
    ['joining', 200, 503],
    ['running', 200, 200],
    ['rebalancing', 200, 503],
    ['draining', 200, 503],
    ['failed', 503, 503],
  ] as const)('in %s: alive %i, ready %i', async (state, alive, ready) => {
    const address = await serve({ state });
    expect((await get(address, '/healthz')).status).toBe(alive);
    expect((await get(address, '/readyz')).status).toBe(ready);
  });

  it('names state and checks, and survives a check that throws', async () => {
    const readiness: Checks = {
      model: () => ({ ok: true }),
      broker: () => {
        throw new Error('away');
      },
    };
    const { status, text } = await get(await serve({ readiness }), '/readyz');
    expect(status).toBe(503);
    expect(JSON.parse(text)).toEqual({
      service: 'decoder-stream',
      state: 'running',
      ok: false,
      checks: { model: { ok: true }, broker: { ok: false, detail: 'away' } },
    });
  });
});

describe('an address', () => {
  it('that is taken is PORT_TAKEN', async () => {
    const { port } = await serve();
    await expect(serve({}, port)).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: `127.0.0.1:${port} is in use by another process`,
    });
  });

  it("that is not this machine's is CONFIG_INVALID", async () => {
    await expect(serve({}, 0, '192.0.2.1')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
