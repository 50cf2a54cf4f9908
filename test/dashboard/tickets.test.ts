import { expect, it } from 'vitest';
import { atLeast, highestRole } from '../../src/dashboard/auth/gate.js';
import { createSealer, sessionOf } from '../../src/dashboard/auth/session.js';
import { Tickets } from '../../src/dashboard/auth/tickets.js';
import type { Viewer } from '../../src/dashboard/protocol.js';

const VIEWER: Viewer = { id: 'n', name: 'N', role: 'viewer', openAccess: false };
const SESSION = { viewer: VIEWER, until: 3_600_000 };

it('lets a ticket in once, within 30 s', () => {
  const tickets = new Tickets();
  const ticket = tickets.issue(SESSION, 0);
  expect(tickets.redeem(ticket, 29_000)).toBe(SESSION);
  expect(tickets.redeem(ticket, 29_000)).toBeUndefined();
  expect(tickets.redeem(tickets.issue(SESSION, 0), 30_001)).toBeUndefined();
  expect(tickets.redeem('made up', 0)).toBeUndefined();
});

it('takes the highest role of a claim, and none where it names none', () => {
  expect(highestRole(['viewer', 'admin', 'clinician'])).toBe('admin');
  expect(highestRole('clinician')).toBe('clinician');
  expect([highestRole(undefined), highestRole(['cook']), highestRole({})]).toEqual([undefined, undefined, undefined]);
  expect([atLeast('viewer', 'clinician'), atLeast('admin', 'clinician')]).toEqual([false, true]);
});

it('opens what this key sealed for this purpose, before its end, and nothing else', async () => {
  const sealer = createSealer(new Uint8Array(32).fill(1));
  const sealed = await sealer.seal('session', { id: 'n' }, 60);
  expect(await sealer.open('session', sealed)).toMatchObject({ id: 'n' });
  expect(await sealer.open('login', sealed)).toBeUndefined();
  expect(await createSealer(new Uint8Array(32).fill(2)).open('session', sealed)).toBeUndefined();
  expect(await sealer.open('session', `${sealed.slice(0, -4)}AAAA`)).toBeUndefined();
  expect(await sealer.open('session', undefined)).toBeUndefined();
  expect(await sealer.open('session', await sealer.seal('session', { id: 'n' }, -60))).toBeUndefined();
});

it('knows until when a session is, and none where the claims are of something else', async () => {
  const sealer = createSealer(new Uint8Array(32).fill(1));
  const { id, name, role } = VIEWER;
  const before = Math.floor(Date.now() / 1000);
  const session = sessionOf(await sealer.open('session', await sealer.seal('session', { id, name, role }, 60)));
  expect(session?.viewer).toEqual(VIEWER);
  expect(session?.until).toBeGreaterThanOrEqual((before + 60) * 1000);
  expect(session?.until).toBeLessThanOrEqual(Date.now() + 60_000);
  expect(
    sessionOf(await sealer.open('session', await sealer.seal('session', { id, name, role: 'cook' }, 60))),
  ).toBeUndefined();
  expect(sessionOf({ id, name, role })).toBeUndefined();
  expect(sessionOf(undefined)).toBeUndefined();
});
