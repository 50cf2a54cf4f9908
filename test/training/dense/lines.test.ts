import { appendFile, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openLines } from '../../../src/training/dense/lines.js';

const schema = z.strictObject({ name: z.string(), value: z.number() });

it('a run goes on from the lines of its own identity, but for one that was cut', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'dense-lines-')), 'deeper', 'lines.jsonl');
  const first = await openLines(file, 'one', schema);
  await first.add({ name: 'a', value: 1 });
  await first.add({ name: 'b', value: 2 });
  await appendFile(file, '{"name":"c","val');
  const second = await openLines(file, 'one', schema);
  expect([...second.known.keys()]).toEqual(['a', 'b']);
  // What comes next begins a line of its own.
  await second.add({ name: 'd', value: 4 });
  expect([...(await openLines(file, 'one', schema)).known.keys()]).toEqual(['a', 'b', 'd']);
  const other = await openLines(file, 'two', schema);
  expect(other.known.size).toBe(0);
  expect((await openLines(file, 'one', schema)).known.size).toBe(0);
});

it('a number that JSON does not have is refused, not written as one that is missing', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'dense-lines-')), 'lines.jsonl');
  const lines = await openLines(file, 'one', schema);
  for (const value of [Number.NaN, Infinity]) {
    await expect(lines.add({ name: 'a', value })).rejects.toMatchObject({ code: 'DATA_INVALID' });
  }
  expect(lines.known.size).toBe(0);
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(1);
});
