import { describe, expect, it } from 'vitest';
import type { CertifiedBy } from '../../../../src/lib/certification/certificate.js';
import type { Bounds } from '../../../../src/lib/codec/choose.js';
import { Curves, type Curve, type CurvePoint } from '../../../../src/training/evaluation/compression/curves.js';
import type { Method } from '../../../../src/training/evaluation/compression/methods.js';
import { Outcomes } from '../../../../src/training/evaluation/compression/outcomes.js';
import type { Choice } from '../../../../src/training/evaluation/compression/predictors.js';
import { curveFigures } from '../../../../src/training/evaluation/compression/report/curve-figures.js';
import { always } from '../../../../src/training/evaluation/compression/rules.js';
import { codedRecord, sameInference, sent } from './fakes.js';

const RUN = { rhythm: 0.7, peaks: 0.1 };
const bounds = { ...RUN, reconstruction: null, weightedSum: null };
const certified: CertifiedBy = { bounds, tau: 0.5, n: 900, k: 2, alpha: 0.01, delta: 0.01 };
/** Knows one certificate, of the bounds of the run. */
function choiceFor(asked: Bounds): Choice {
  const isThere = asked.rhythm >= RUN.rhythm && asked.peaks >= RUN.peaks && asked.peaks < Infinity && asked.rhythm < Infinity; // prettier-ignore
  return isThere ? { bounds: asked, tau: 0.5, certified } : { bounds: asked, tau: 0.9, certified: null };
}
const own: Bounds = { ...RUN, reconstruction: Infinity };
const METHODS: readonly Method[] = [
  { name: 'fixed', rule: always('way'), bounds: own, chooses: false },
  { name: 'oracle', rule: always('way'), bounds: own, chooses: true },
  { name: 'predictor', rule: always('way'), bounds: own, choiceFor, chooses: true },
];
const way = sent('way');

async function curvesOf(list: readonly number[]): Promise<Curve[]> {
  const all = new Curves(METHODS, list, RUN);
  await all.add([codedRecord([way])], new Outcomes(sameInference));
  return all.finish();
}
const pointsOf = (curves: readonly Curve[], task: string, method: string): readonly CurvePoint[] =>
  curves.find((curve) => curve.task === task && curve.method === method)!.points;

describe('curves over the bounds', () => {
  it('have a point for each bound, rising, of every method that chooses', async () => {
    const curves = await curvesOf([0.7, 0.1, 0.7]);
    expect(new Set(curves.map(({ method }) => method))).toEqual(new Set(['oracle', 'predictor']));
    const both = pointsOf(curves, 'both', 'oracle');
    expect(both.map(({ rhythmBound }) => rhythmBound)).toEqual([0.1, 0.7]);
    expect(both.map(({ peaksBound }) => peaksBound)).toEqual([0.0142857142857, 0.1]);
    expect(pointsOf(curves, 'peaks', 'oracle').map(({ rhythmBound }) => rhythmBound)).toEqual([null, null]);
  });

  it('have bounds of peaks as anyone writes them, as certificates do, whatever the run has', () => {
    for (let hundredths = 1; hundredths <= 300; hundredths++) {
      const run = { rhythm: hundredths / 100, peaks: 0.1 };
      for (const share of [1, 2, 5]) {
        const [point] = pointsOf(new Curves(METHODS, [run.rhythm / share], run).finish(), 'both', 'oracle');
        expect(point!.peaksBound).toBe(0.1 / share);
      }
    }
  });

  it('say by which tau a predictor chose, and what is certified', async () => {
    const curves = await curvesOf([0.1, 0.7]);
    const said = (task: string, method: string) =>
      pointsOf(curves, task, method).map((point) => [point.tau, point.certified]);
    expect(said('both', 'predictor')).toEqual([
      [0.9, null],
      [0.5, certified],
    ]);
    expect(said('rhythm', 'predictor')).toEqual([
      [0.9, null],
      [0.9, null],
    ]);
    expect(said('both', 'oracle')).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(new Curves(METHODS, [0.1, 0.7], RUN).uncertified).toEqual([{ method: 'predictor', points: 5, of: 6 }]);
    expect(new Curves(METHODS, [], RUN).uncertified).toEqual([]);
  });

  it('are drawn with outlines where nothing is certified, and the page says so', async () => {
    const drawn = (await curvesOf([0.1, 0.7])).filter(({ task }) => task === 'both');
    const markup = curveFigures(drawn).map((own) => own.markup).join(''); // prettier-ignore
    const outlined = markup.match(/fill="var\(--card\)"[^>]*><title>[^<]*/g)!;
    expect(outlined.length).toBeGreaterThan(0);
    for (const own of outlined) expect(own).toMatch(/<title>predictor: .* at 0\.1, not certified$/);
    expect(markup).toContain('<figcaption>Outlined marks: ');
    expect(markup).toMatch(/<td>no<\/td>.*<td>yes<\/td>/);
    const [figure = { markup: '' }] = curveFigures(drawn.filter(({ method }) => method === 'oracle')).slice(1);
    expect(figure.markup).not.toMatch(/var\(--card\)|Outlined/);
  });
});
