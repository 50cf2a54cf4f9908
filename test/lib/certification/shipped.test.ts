/** The certificates that ship: of the models that ship, for the default policy and for bounds from 0.1 to 0.75, and of 0.05 for 2% of records. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readCertificates, readCertificatesFile, type PredictorKind } from '../../../src/lib/certification/certificate.js'; // prettier-ignore
import { Certificates } from '../../../src/lib/certification/certificates.js';
import { certifiablePolicy } from '../../../src/lib/certification/policy.js';
import { spentDelta } from '../../../src/lib/certification/spent.js';
import { readLadder } from '../../../src/lib/codec/ladder.js';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { readShippedPolicy } from '../../../src/lib/policy/index.js';
import { MODELS } from '../../models.js';

const file = join(MODELS, 'certificates.json');
const ladder = readLadder(await readManifest(join(MODELS, 'codec')));
const certificates = await Certificates.open(MODELS, ladder);
const standingOf = (policy: object, predictor: PredictorKind = 'synthesis') =>
  certificates.find({ alpha: 0.01, ...certifiablePolicy.parse(policy) } as Parameters<typeof certificates.find>[0], predictor); // prettier-ignore
const bounded = (rhythm: number, alpha = 0.01) => standingOf({ bounds: { rhythm, peaks: 0.1 }, alpha });

it('stand behind the default policy as it is', async () => {
  const { policy } = await readShippedPolicy();
  const { certificate } = certificates.find(policy, 'synthesis');
  expect(certificate?.bounds).toMatchObject({ rhythm: 0.25, peaks: 0.1, reconstruction: 20 });
});

it('stand behind rhythm bounds from 0.1 to 0.75, those between by the tighter one, and behind none below', () => {
  const by = [0.1, 0.25, 0.3, 0.5, 0.6, 0.75].map((rhythm) => bounded(rhythm).certificate?.bounds.rhythm);
  expect(by).toEqual([0.1, 0.25, 0.25, 0.5, 0.5, 0.75]);
  expect(bounded(0.05)).toMatchObject({ certificate: undefined, reason: expect.stringContaining('alpha') as string });
  expect(bounded(0.05, 0.02).certificate?.bounds.rhythm).toBe(0.05);
  expect(bounded(0.04)).toMatchObject({ certificate: undefined, reason: expect.stringContaining('bounds') as string });
});

it('stand behind a bound on PRDN from 10% on at 0.1 nats', () => {
  const by = (reconstruction: number) =>
    standingOf({ bounds: { rhythm: 0.1, peaks: 0.1, reconstruction } }).certificate;
  expect([10, 15, 20].map((percent) => by(percent)?.bounds.reconstruction)).toEqual([10, 10, 20]);
  expect(by(5)).toBeUndefined();
});

it('of the dense predictor stand behind the same', async () => {
  const { policy } = await readShippedPolicy();
  expect(certificates.find(policy, 'dense').certificate?.bounds).toMatchObject({ rhythm: 0.25, reconstruction: 20 });
  expect(standingOf({ bounds: { rhythm: 0.05, peaks: 0.1 } }, 'dense').certificate?.bounds.rhythm).toBe(0.05);
});

it('are of records that nothing had seen', async () => {
  const all = await readCertificates(file);
  for (const { seen, n } of all) expect([seen, n]).toEqual([0, 900]);
  // docs/certificates.md, 'Earlier looks'.
  const wider = all.filter(({ alpha }) => alpha !== 0.01);
  expect(wider).toMatchObject([{ predictor: 'synthesis', bounds: { rhythm: 0.05 }, alpha: 0.02 }]);
});

it('each name the run that they came from, and share its delta', async () => {
  const { policies, runs = [] } = await readCertificatesFile(file);
  expect(policies.map(({ run }) => run)).not.toContain(undefined);
  for (const [place, { predictor, delta, certificates, taus, records }] of runs.entries()) {
    const own = policies.filter(({ run }) => run === place);
    expect(own).toHaveLength(certificates);
    for (const policy of own) {
      expect(policy).toMatchObject({ predictor, n: records.n });
      expect(policy.delta * certificates).toBeCloseTo(delta, 12);
      expect(taus).toEqual(expect.arrayContaining((policy.tests ?? []).map(({ tau }) => tau)));
    }
  }
});

it('have the sum of delta that the documents say', async () => {
  const { policies, ...rest } = await readCertificatesFile(file);
  expect(spentDelta(policies)).toEqual({ synthesis: 0.03016, dense: 0.05 });
  expect(rest).toMatchObject({ spent: spentDelta(policies) });
  const text = await readFile(join('docs', 'certificates.md'), 'utf8');
  expect(text).toContain('All of `synthesis` have 3.02%, `dense` 5%, the file 8.02%');
  expect(text).toContain('the 3.02% of `synthesis`');
});

it('beside the example tasks are of the models and the rule that ship, as the page of own tasks says', async () => {
  const [shipped] = (await readCertificates(file)).filter(({ predictor }) => predictor === 'synthesis');
  const examples = await readCertificates(join('examples', 'tasks', 'certificates.json'));
  expect(examples.map(({ bounds }) => Object.keys(bounds.tasks ?? {}))).toEqual([['pvc'], ['pan-tompkins']]);
  for (const { rule, models, seen } of examples) {
    expect([rule, seen]).toEqual([shipped!.rule, 0]);
    expect(models).toMatchObject({ codec: ladder.hash, rhythm: shipped!.models.rhythm, peaks: shipped!.models.peaks });
  }
});
