import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPrice } from '../../src/dashboard/price.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamic-deep-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileOf(text: string): Promise<string> {
  const file = join(folder, 'price.json');
  await writeFile(file, text);
  return file;
}

it('prices 10^9 bytes', async () => {
  const price = await readPrice(await fileOf('{ "currency": "EUR", "perGigabyte": 0.5 }'));
  expect(price.saved(3e9)).toEqual({ currency: 'EUR', amount: 1.5 });
  expect(price.saved(-1e9)).toEqual({ currency: 'EUR', amount: -0.5 });
});

it('says what is wrong in a file', async () => {
  await expect(readPrice(join(folder, 'absent'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  for (const [text, named] of [
    ['{', 'JSON'],
    ['{ "currency": "EUR" }', 'perGigabyte'],
    ['{ "currency": "EUR", "perGigabyte": -1 }', 'perGigabyte'],
    ['{ "currency": "EUR", "perGigabyte": 1, "more": 1 }', 'more'],
  ] as const) {
    const refused = readPrice(await fileOf(text));
    await expect(refused).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(named) as unknown,
    });
  }
});
