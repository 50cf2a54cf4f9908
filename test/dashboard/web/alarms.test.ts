import { afterEach, expect, it, vi } from 'vitest';
import { sendCommand } from '../../../src/dashboard/web/alarms.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const said = (answer: () => Promise<Response>): Promise<string> => {
  vi.stubGlobal('fetch', answer);
  return sendCommand({ device: 'bed-7', action: 'PAUSE', alarm: null, pauseMs: 60_000 });
};
const answer = (status: number, body: object) => (): Promise<Response> =>
  Promise.resolve(Response.json(body, { status }));

it('tells what was refused from what nobody knows', async () => {
  expect(await said(answer(202, { id: 'x' }))).toBe('Pause sent');
  expect(await said(answer(409, { error: 'That alarm is over.' }))).toBe('Not done: That alarm is over.');
  expect(await said(answer(503, { error: 'the broker is away' }))).toBe('Not confirmed: the broker is away');
  expect(await said(answer(502, {}))).toBe('Not confirmed: status 502');
  expect(await said(() => Promise.reject(new TypeError('fetch failed')))).toMatch(/^Not confirmed: /);
});
