import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import cookie from '@fastify/cookie';
import { fastify, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { oidcGate } from '../../../src/dashboard/auth/oidc.js';
import { createSealer } from '../../../src/dashboard/auth/session.js';
import { dashboardMetrics } from '../../../src/dashboard/metrics.js';

let provider: Server;
let app: FastifyInstance;
beforeEach(async () => {
  provider = createServer((_request, response) => {
    const issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    const found = { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(found));
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const gate = await oidcGate({
    issuer: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
    clientId: 'page',
    clientSecret: undefined,
    publicUrl: 'http://127.0.0.1:1',
    scope: 'openid',
    rolesClaim: 'roles',
    sessionSeconds: 600,
    sealer: createSealer(new Uint8Array(32)),
    metrics: dashboardMetrics('test'),
    logger: pino({ level: 'silent' }),
  });
  app = fastify();
  await app.register(cookie);
  gate.routes(app, () => undefined);
});
afterEach(async () => {
  await app.close();
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
});

const promptOf = (location: unknown): string | null => new URL(String(location)).searchParams.get('prompt');

it('asks who the next one is after somebody has logged out in this browser', async () => {
  const first = await app.inject({ url: '/login' });
  expect(promptOf(first.headers.location)).toBeNull();
  const out = await app.inject({ method: 'POST', url: '/logout' });
  expect(out.statusCode).toBe(204);
  const cookies = Object.fromEntries(out.cookies.filter(({ value }) => value !== '').map((c) => [c.name, c.value]));
  expect(promptOf((await app.inject({ url: '/login', cookies })).headers.location)).toBe('login');
});

it('ends at a page that leads to the login, and does not log in', async () => {
  const page = await app.inject({ url: '/logged-out' });
  expect(page.statusCode).toBe(200);
  expect(page.body).toContain('<a href="/login">');
});
