import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  beatenBy,
  frontierLine,
  readFrontier,
  type FrontierPoint,
} from '../../../../src/training/evaluation/compression/frontier.js';
import { frontierChart } from '../../../../src/training/evaluation/compression/report/frontier-chart.js';
import { MODELS } from '../../../models.js';

const point = (name: string, gain: number, rhythm: number | null, peaks: number, some = {}): FrontierPoint => ({
  name,
  kind: 'shipped',
  source: 'measured',
  payloadGainTotal: gain,
  prdnMedian: 10,
  rhythmMedian: rhythm,
  rhythmMean: rhythm,
  rhythmP95: rhythm,
  above01: 0,
  peaksMean: peaks,
  stepsChanged: 0,
  ...some,
});
const points = [
  point('fine', 10, 0.01, 0.001),
  point('beaten', 20, 0.05, 0.006),
  point('better', 30, 0.02, 0.004),
  point('traded', 25, 0.01, 0.009),
  point('elsewhere', 90, 0.001, 0.0001, { source: 'sketch' }),
  point('unknown', 95, null, 0.0001),
];
const names = (of: readonly FrontierPoint[]): string[] => of.map(({ name }) => name);

describe('the frontier', () => {
  it('names what is beaten in bytes and in every error, by points of the same records', () => {
    const by = (name: string) => names(beatenBy(points.find((own) => own.name === name)!, points, ['rhythmMean', 'peaksMean'])); // prettier-ignore
    expect(by('beaten')).toEqual(['better']);
    expect(by('fine')).toEqual([]);
    expect(by('traded')).toEqual([]);
    expect(by('better')).toEqual([]);
    expect(by('elsewhere')).toEqual([]);
  });

  it('is the line of what none beats in one error', () => {
    expect(names(frontierLine(points, 'rhythmMean'))).toEqual(['traded', 'better']);
  });

  it('is drawn with every point whose error is known', () => {
    const html = frontierChart({ records: 3, part: 'some', points })
      .map(({ markup }) => markup)
      .join('');
    expect(html.match(/<title>better: /g)).toHaveLength(4);
    expect(html.match(/<title>unknown: /g)).toHaveLength(2);
    expect(html).not.toContain('NaN');
  });

  it('is optional in a models folder, but must be a list of points', async () => {
    const models = await mkdtemp(join(tmpdir(), 'frontier-'));
    expect(await readFrontier(models)).toBeUndefined();
    await mkdir(join(models, 'codec'));
    await writeFile(join(models, 'codec', 'frontier.json'), '{"records":1}');
    await expect(readFrontier(models)).rejects.toThrow('is no list of points');
  });

  it('that ships has a point for every rung of the ladder', async () => {
    const shipped = await readFrontier(MODELS);
    const gains = shipped!.points.filter(({ kind }) => kind === 'shipped').map(({ payloadGainTotal }) => payloadGainTotal); // prettier-ignore
    expect(gains.length).toBeGreaterThanOrEqual(11);
    expect(names(shipped!.points)).toEqual(
      expect.arrayContaining(['gzip', 'lossless', 'paper-32', 'mdct-256 at 160 uV']),
    );
    const html = frontierChart(shipped!).map(({ markup }) => markup).join(''); // prettier-ignore
    for (const { name } of shipped!.points) expect(html).toContain(`<title>${name}: `);
    expect(html).not.toContain('NaN');
  });
});
