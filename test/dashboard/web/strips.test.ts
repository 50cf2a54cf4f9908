import { afterEach, expect, it, vi } from 'vitest';
import { fetchResults, fetchWaves, ServerBusy } from '../../../src/dashboard/web/strips.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const query = { device: 'bed-7', stream: 's', from: 0, to: 1 };

it('tells a server that is busy from one that fails, and takes the wish back', async () => {
  const { signal } = new AbortController();
  let status = 503;
  const asked = vi.fn<typeof fetch>(() => Promise.resolve(Response.json({}, { status })));
  vi.stubGlobal('fetch', asked);
  await expect(fetchWaves(query, signal)).rejects.toBeInstanceOf(ServerBusy);
  await expect(fetchResults(query, signal)).rejects.toBeInstanceOf(ServerBusy);
  status = 500;
  await expect(fetchResults(query, signal)).rejects.toThrow('status 500');
  expect(asked.mock.calls.map(([, options]) => options?.signal)).toEqual([signal, signal, signal]);
});
