import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  readCertificatesFile,
  type Certificate,
  type CertificateEntry,
  type CertificatesFile,
} from '../../../src/lib/certification/certificate.js';
import { mergeInto, saidOf, type Merged } from '../../../src/training/calibration/merge.js';
import type { Calibration } from '../../../src/training/calibration/report.js';
import { certificate, HASHES } from '../../lib/certification/certificates.js';
import { MODELS } from '../../models.js';

const installed = { models: HASHES, lossyRungs: ['neural-1'] };
const { bounds } = certificate();
const of = (rhythm: number, some: Partial<Certificate> = {}) => certificate({ bounds: { ...bounds, rhythm }, ...some });
const run = (certificates: number, some: Partial<Calibration['run']> = {}): Calibration['run'] => ({
  predictor: 'synthesis',
  delta: 0.01 * certificates,
  certificates,
  taus: [0.5],
  records: { n: 900, parts: { calibration: 900 }, seen: 0, leftOut: [] },
  program: '0.1.0',
  madeOn: '2026-11-30',
  ...some,
});
const made = (policies: readonly CertificateEntry[], some: Partial<Calibration['run']> = {}): Calibration => ({
  policies: policies.map((own) => ({ ...own, tests: [], payloadGainTotal: 50 })),
  run: run(policies.length, some),
});
const into = (before: CertificatesFile, now: Calibration): Merged => mergeInto(before, now, installed);
const rhythms = ({ file }: Merged) => file.policies.map((own) => own.bounds.rhythm);

describe('a run that is merged into a file', () => {
  const first = into({ policies: [] }, made([of(0.25), of(0.5)]));

  it('adds its policies and itself to what is there', () => {
    expect(first.file.policies.map((own) => own.run)).toEqual([0, 0]);
    const { file, kept, replaced, voided } = into(first.file, made([of(0.1, { delta: 0.03 })], { delta: 0.03 }));
    expect(file.policies.map((own) => [own.bounds.rhythm, own.run])).toEqual([[0.25, 0], [0.5, 0], [0.1, 1]]); // prettier-ignore
    expect(file.policies.slice(0, 2)).toEqual(first.file.policies);
    expect(file.runs).toEqual([run(2), run(1, { delta: 0.03 })]);
    expect(file.spent).toEqual({ synthesis: 0.05 });
    expect([kept.length, replaced, voided]).toEqual([2, [], []]);
  });

  it('replaces in its place what it measured again, and keeps the earlier test’s delta, tau and counts', () => {
    const refused = { ...of(0.25, { k: 9, delta: 0.005 }), tau: null };
    const second = into(first.file, made([of(0.75), refused], { delta: 0.01 }));
    expect(rhythms(second)).toEqual([0.25, 0.5, 0.75]);
    const [own] = second.file.policies;
    expect(own).toMatchObject({ tau: null, k: 9, run: 1, replaced: [{ tau: 0.5, n: 900, k: 2, delta: 0.01, run: 0 }] });
    expect(second.replaced.map(({ before, now }) => [before.tau, now.tau])).toEqual([[0.5, null]]);
    expect(second.kept).toEqual([first.file.policies[1]]);
    // 0.01 of each of three, and 0.005 of the one that was tested again.
    expect(second.file.spent).toEqual({ synthesis: 0.035 });
    const third = into(second.file, made([of(0.25)]));
    expect(third.file.policies[0]!.replaced?.map(({ run: place, tau }) => [place, tau])).toEqual([[0, 0.5], [1, null]]); // prettier-ignore
    expect(third.file.spent).toEqual({ synthesis: 0.045 });
  });

  it('keeps other alphas, rungs, tasks and the other predictor', () => {
    const others = [
      of(0.25, { alpha: 0.02 }),
      of(0.25, { rungs: ['lossless'] }),
      of(0.25, { bounds: { ...bounds, tasks: { pvc: 1 } }, models: { ...HASHES, tasks: { pvc: 'd'.repeat(64) } } }),
      of(0.25, { predictor: 'dense' }),
    ];
    const merged = into({ policies: others }, made([of(0.25)]));
    expect(merged.kept).toEqual(others);
    expect(merged.file.policies).toHaveLength(5);
  });

  it('does not keep what no edge with these models sends by', () => {
    const other = '0'.repeat(64);
    const tasks = (pvc: string) => ({ ...HASHES, tasks: { pvc } });
    const others = [
      of(0.1, { models: { ...HASHES, codec: other } }),
      of(0.1, { rule: 1 }),
      of(0.1, { predictor: 'dense', models: { ...HASHES, dense: other } }),
      of(0.1, { models: tasks(other) }),
      of(0.1, { k: 40 }),
    ];
    const loaded = { ...installed, models: tasks('d'.repeat(64)) };
    const { file, voided } = mergeInto({ policies: others }, made([of(0.25)]), loaded);
    expect(file.policies.map((own) => own.bounds.rhythm)).toEqual([0.25]);
    expect(voided.map(({ reason }) => reason)).toEqual(
      ['codec', 'rule', 'dense', 'version of a task', 'numbers'].map((word) => expect.stringContaining(word) as string),
    );
  });

  it('takes no certificate’s place with a trial; a trial gives way, and was no test', () => {
    const trial = of(0.25, { seen: 9 });
    const tried = into(first.file, made([trial]));
    expect(tried.file.policies.map((own) => own.seen)).toEqual([0, 0, 9]);
    expect(tried.file.spent).toEqual({ synthesis: 0.02 });
    const [own] = into({ policies: [trial] }, made([of(0.25)])).file.policies;
    expect(own).toMatchObject({ seen: 0 });
    expect(own).not.toHaveProperty('replaced');
  });

  it('leaves the shipped certificates to the last figure as they are', async () => {
    const path = join(MODELS, 'certificates.json');
    const before = await readCertificatesFile(path);
    const { dense = '' } = before.policies.find((own) => own.predictor === 'dense')!.models;
    const { models } = before.policies[0]!;
    const merged = mergeInto(before, made([of(0.07, { models })]), { ...installed, models: { ...models, dense } });
    const shipped = JSON.parse(await readFile(path, 'utf8')) as CertificatesFile;
    expect(JSON.stringify(merged.file.policies.slice(0, -1))).toBe(JSON.stringify(shipped.policies));
    expect(JSON.stringify(merged.file.runs.slice(0, -1))).toBe(JSON.stringify(shipped.runs));
  });
});

describe('a file from before there were runs', () => {
  const { delta, certificates, taus, records, program, madeOn } = run(2);
  const old = { delta, certificates, taus, records, program, madeOn, note: 'of the ward' };
  const dense = of(0.25, { predictor: 'dense', delta: 0.05 });

  it('gives its keys to the policies that they are of, and keeps what else it has', () => {
    const before = { ...old, policies: [of(0.25), of(0.5), dense] };
    const { file } = into(before, made([of(0.1)]));
    expect(file.policies.map((own) => own.run)).toEqual([0, 0, undefined, 1]);
    expect(file.runs).toEqual([run(2), run(1)]);
    expect(Object.keys(file).sort()).toEqual(['note', 'policies', 'runs', 'spent']);
  });

  it('gives them to none where number, delta, records or grid are others', () => {
    const others = [[of(0.25)], [of(0.25), of(0.5, { delta: 0.02 })], [of(0.25), of(0.5, { n: 901 })]];
    const grid = [of(0.25), of(0.5, { tests: [{ tau: 0.3, rejected: true }] })];
    for (const policies of [...others, grid]) {
      const { file } = into({ ...old, policies }, made([of(0.1)]));
      expect(file.policies.map((own) => own.run)).toEqual([...policies.map(() => undefined), 1]);
      expect(file.runs[0]).not.toHaveProperty('predictor');
    }
    expect(into({ policies: [of(0.25)] }, made([of(0.1)])).file.runs).toEqual([run(1)]);
  });
});

it('a policy is called by what makes it one', () => {
  expect(saidOf(certificate())).toBe('synthesis, rhythm 0.25, peaks 0.1, alpha 0.01');
  const whole = { ...bounds, reconstruction: 20, weightedSum: 1, tasks: { pvc: 0.05 } };
  expect(saidOf(certificate({ bounds: whole, rungs: ['neural-1'] }))).toBe(
    'synthesis, rhythm 0.25, peaks 0.1, PRDN 20%, weighted sum 1 (1, 1), pvc 0.05, rungs neural-1, alpha 0.01',
  );
});
