/** Logging in at npm's oidc-provider: authorization code with PKCE, roles, and what is refused without. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import Provider, { type Configuration } from 'oidc-provider';
import { afterEach, expect, it } from 'vitest';
import { oidcGate } from '../../src/dashboard/auth/oidc.js';
import { createSealer } from '../../src/dashboard/auth/session.js';
import { dashboardMetrics } from '../../src/dashboard/metrics.js';
import { freePorts } from '../../src/lib/runtime/ports.js';
import { closePages, openPage } from './browser.js';
import { alarm, streamInfo } from './signals.js';
import { startStation, type Station } from './station.js';

const KEY = new Uint8Array(32).fill(7);
/** Accounts of the provider: name is id. */
const ROLES: Readonly<Record<string, string[]>> = { nurse: ['clinician'], guest: ['viewer'], stranger: ['cook'] };

let station: Station | undefined;
let provider: Server | undefined;
afterEach(async () => {
  await closePages();
  await station?.close();
  provider?.closeAllConnections();
  const listening = provider;
  if (listening !== undefined) await new Promise((resolve) => listening.close(resolve));
});

/** A provider with its own log-in form (any password), that insists on PKCE. */
async function startProvider(redirect: string): Promise<string> {
  const [port = 0] = await freePorts(1);
  const issuer = `http://127.0.0.1:${port}`;
  const configuration: Configuration = {
    clients: [
      {
        client_id: 'page',
        redirect_uris: [redirect],
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'roles'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `Person ${id}`, roles: ROLES[id] ?? [] }),
    }),
    cookies: { keys: ['test'] },
  };
  const oidc = new Provider(issuer, configuration);
  provider = createServer((request, response) => void oidc.callback()(request, response));
  await new Promise<void>((resolve) => provider?.listen(port, '127.0.0.1', resolve));
  expect((provider.address() as AddressInfo).port).toBe(port);
  return issuer;
}

async function startSecured(): Promise<string> {
  const [port = 0] = await freePorts(1);
  const publicUrl = `http://127.0.0.1:${port}`;
  const issuer = await startProvider(`${publicUrl}/callback`);
  const gate = await oidcGate({
    issuer,
    clientId: 'page',
    clientSecret: undefined,
    publicUrl,
    scope: 'openid profile',
    rolesClaim: 'roles',
    sessionSeconds: 600,
    sealer: createSealer(KEY),
    metrics: dashboardMetrics('test'),
    logger: pino({ level: 'silent' }),
  });
  station = await startStation({ port, gate });
  station.ward.takeStream(streamInfo({ device: 'bed-1', stream: 'bed-1.1', epoch: Date.now() }));
  station.ward.takeAlarm(alarm('bed-1', 'noise'));
  return publicUrl;
}

/** Through the provider's form, as a person does. */
async function logIn(url: string, person: string) {
  // The provider's own pages complain of its own test form; the page complains of 401 before the login.
  const page = await openPage(url, {}, /./);
  await page.locator('input[name=login]').fill(person);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]', { hasText: 'Continue' }).click();
  return page;
}

it('sends who is not logged in to the provider and lets a clinician answer alarms', async () => {
  const url = await startSecured();
  const page = await logIn(url, 'nurse');
  await page.locator('.connection', { hasText: 'Live' }).waitFor();
  expect(await page.locator('.person').innerText()).toBe('Person nurse, clinician');
  expect(await page.locator('.open-access').isVisible()).toBe(false);
  await page.goto(`${url}/#/alarms`);
  await page.getByRole('button', { name: 'Acknowledge Noise of bed bed-1' }).click();
  await page.locator('tr', { hasText: 'acknowledged (nurse)' }).waitFor();
  const cookies = await page.context().cookies();
  const session = cookies.find(({ name }) => name === 'dd_session');
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  // Encrypted: nothing of the person can be read in it.
  expect(Buffer.from(session?.value ?? '', 'base64').toString('latin1')).not.toContain('nurse');

  // A restart with the same key ends no session.
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL(/\/logged-out$/);
  expect((await page.context().cookies()).some(({ name }) => name === 'dd_session')).toBe(false);
  // The provider would know the person still: it asks all the same.
  await page.getByRole('link', { name: 'Log in' }).click();
  await page.locator('input[name=password]').waitFor();
});

it('lets a viewer see and not answer', async () => {
  const url = await startSecured();
  const page = await logIn(url, 'guest');
  await page.goto(`${url}/#/alarms`);
  await page.locator('tr[data-alarm]').waitFor();
  expect(await page.locator('tr[data-alarm] button').count()).toBe(0);
  const status = await page.evaluate(async () => {
    const body = JSON.stringify({ device: 'bed-1', action: 'ACKNOWLEDGE', alarm: null, pauseMs: null });
    return (
      await fetch('/api/alarm-commands', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    ).status;
  });
  expect(status).toBe(403);
  expect(station?.commands).toEqual([]);
});

it('refuses a person without a role, and every request without a session, ticket or the own origin', async () => {
  const url = await startSecured();
  const page = await logIn(url, 'stranger');
  await page.getByText('The login was refused').waitFor();

  const origin = new URL(url).origin;
  const post = (path: string, headers: Record<string, string>) =>
    fetch(`${url}${path}`, { method: 'POST', headers }).then(({ status }) => status);
  expect(await post('/api/ticket', { origin })).toBe(401);
  expect(await post('/api/ticket', { origin: 'https://evil.example' })).toBe(403);
  expect(await post('/api/ticket', {})).toBe(403);
  expect((await fetch(`${url}/api/beds/bed-1/waveform?stream=bed-1.1&from=0&to=1`)).status).toBe(401);
  // An answer of the provider that was not asked for.
  expect((await fetch(`${url}/callback?code=x&state=y`, { redirect: 'manual' })).status).toBe(403);
  const closed = await page.evaluate(
    (address) =>
      new Promise<number>((resolve) => {
        new WebSocket(address).addEventListener('close', ({ code }) => {
          resolve(code);
        });
      }),
    `${url.replace('http', 'ws')}/api/live?ticket=made-up`,
  );
  expect(closed).toBe(1008);
  const headers = (await fetch(url)).headers;
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});
