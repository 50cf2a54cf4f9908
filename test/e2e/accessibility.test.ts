/** axe-core on every view, dark and light: no serious fault. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { AxeResults } from 'axe-core';
import { closePages, openPage } from './browser.js';
import { fillWard } from './filled-ward.js';
import { startStation, type Station } from './station.js';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let station: Station;
beforeAll(async () => {
  station = await startStation();
  fillWard(station, 8);
});
afterEach(closePages);
afterAll(() => station.close());

const VIEWS = ['ward', 'alarms', 'bed/ward-1-001', 'compression', 'policy', 'system'];

it.each(VIEWS.flatMap((view) => (['dark', 'light'] as const).map((scheme) => ({ view, scheme }))))(
  '$view, $scheme, is free of serious faults',
  async ({ view, scheme }) => {
    // Trusted types would keep axe out of the page, as they keep anybody else's script out.
    const page = await openPage(`${station.url}/#/${view}`, {
      colorScheme: scheme,
      reducedMotion: 'reduce',
      bypassCSP: true,
    });
    await page.locator('.connection', { hasText: 'Live' }).waitFor();
    await page.locator('main h1').waitFor({ state: 'attached' });
    await page.waitForTimeout(1_500);
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.evaluate(await readFile(AXE, 'utf8'));
    const results = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    const serious = results.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)).toEqual(
      [],
    );
    expect(results.passes.length).toBeGreaterThan(10);
  },
);
