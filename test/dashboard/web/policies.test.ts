import { afterEach, expect, it, vi } from 'vitest';
import { putPolicy } from '../../../src/dashboard/web/policies.js';
import { keepDraft, keptDraft } from '../../../src/dashboard/web/views/policy-draft.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('tells what was refused from what nobody has confirmed', async () => {
  const put = (answer: () => Promise<Response>) => {
    vi.stubGlobal('fetch', answer);
    return putPolicy({ text: '{}', expected: 0 });
  };
  const says = (error: string, status: number) => () => Promise.resolve(Response.json({ error }, { status }));
  expect(await put(says('another was first', 409))).toEqual({ error: 'another was first', isUnsure: false });
  expect(await put(says('nobody has confirmed it', 503))).toMatchObject({ isUnsure: true });
  expect(await put(() => Promise.reject(new TypeError('cut')))).toMatchObject({ isUnsure: true });
});

it('keeps a text that was changed, and no other', () => {
  const kept = new Map<string, string>();
  const tab = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const draft = { text: 'changed', base: 'opened', scope: 'default', version: 3 };
  expect(keptDraft(tab)).toBeUndefined();
  keepDraft(tab, draft);
  expect(keptDraft(tab)).toEqual(draft);
  keepDraft(tab, { ...draft, text: 'opened' });
  expect(keptDraft(tab)).toBeUndefined();
});
