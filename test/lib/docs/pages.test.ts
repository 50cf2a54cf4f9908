import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { program } from '../../../src/commands.js';
import { configurationPage } from '../../../src/lib/docs/configuration.js';
import { errorsPage } from '../../../src/lib/docs/errors.js';
import { metricsPage } from '../../../src/lib/docs/metrics.js';
import { CATALOGUE } from '../../../src/lib/metrics/index.js';

const committed = (name: string): string => fileURLToPath(new URL(`../../../docs/${name}.md`, import.meta.url));

/** To write the pages anew after a change: `npx vitest run --project unit test/lib/docs --update`. */
describe('the committed page', () => {
  it.each([
    ['configuration', () => configurationPage(program)],
    ['errors', errorsPage],
    ['metrics', metricsPage],
  ])('docs/%s.md is what the declarations say', async (name, page) => {
    await expect(page()).toMatchFileSnapshot(committed(name));
  });
});

it('docs/metrics.md names every metric and no other', () => {
  const page = readFileSync(committed('metrics'), 'utf8');
  const named = [...page.matchAll(/dynamic_deep_[a-z_]+/g)].map(([name]) => name.replace(/_bucket$/, ''));
  expect([...new Set(named)].sort()).toEqual(
    Object.values(CATALOGUE)
      .map((spec) => spec.name as string)
      .sort(),
  );
});
