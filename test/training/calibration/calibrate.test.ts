import { copyFile, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { binomialLowerTail } from '../../../src/lib/certification/binomial.js';
import { Certificates } from '../../../src/lib/certification/certificates.js';
import { CHOICE_RULE, readCertificates, readCertificatesFile } from '../../../src/lib/certification/certificate.js'; // prettier-ignore
import { readModelHashes } from '../../../src/lib/certification/model-hashes.js';
import { openCodec } from '../../../src/lib/offline/codec.js';
import { SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { calibrate, type CalibrateOptions } from '../../../src/training/calibration/calibrate.js';
import type { Calibration } from '../../../src/training/calibration/report.js';
import { makePipe } from '../../lib/runtime/pipe.js';
import { MODELS } from '../../models.js';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'calibrate-'));
const LOOSE = { bounds: { rhythm: 5, peaks: 2 } };
const TIGHT = { bounds: { rhythm: 1e-6, peaks: 1e-6, reconstruction: 1e-4 }, rungs: ['transform-1', 'transform-2'] };

let to = '';

async function options(some: Partial<CalibrateOptions> = {}): Promise<CalibrateOptions> {
  const policy = join(to, 'policy.json');
  await writeFile(policy, JSON.stringify([LOOSE, TIGHT]));
  return {
    records: SHIPPED_SAMPLES,
    policy: [policy],
    alpha: 0.5,
    delta: 0.05,
    json: join(to, 'out.json'),
    models: MODELS,
    predictor: 'synthesis',
    taus: [1, 0.5],
    split: [],
    part: undefined,
    allowSeen: false,
    tasks: [],
    work: join(to, 'work'),
    program: '0.0.0',
    ...some,
  };
}

beforeAll(async () => {
  to = await folder();
});

describe('calibrate on the shipped samples', () => {
  let calibration: Calibration;

  beforeAll(async () => {
    calibration = await calibrate(await options());
  }, 240_000);

  it('writes a certificate for every policy, from the most conservative tau on', async () => {
    const { policies, run } = calibration;
    expect(JSON.parse(await readFile(join(to, 'out.json'), 'utf8'))).toEqual({
      policies: policies.map((own) => ({ ...own, run: 0 })),
      runs: [run],
      spent: { synthesis: 0.05 },
    });
    const [loose, tight] = policies;
    const { n } = run.records;
    expect(n).toBe(10);
    expect(loose).toMatchObject({ tau: 1, n, k: 0, alpha: 0.5, delta: 0.025, rungs: null, seen: 0 });
    expect(loose!.tests.map(({ tau }) => tau)).toEqual([0.5, 1]);
    expect(loose!.tests[0]!.p).toBeCloseTo(binomialLowerTail(0, n, 0.5), 12);
    expect(loose!.payloadGainTotal).toBeGreaterThan(50);
    expect(tight!.bounds).toEqual({ rhythm: 1e-6, peaks: 1e-6, reconstruction: 1e-4, weightedSum: null });
    // Losslessly sent, a record breaks nothing.
    expect(tight).toMatchObject({ tau: 1, k: 0, rungs: ['transform-1', 'transform-2'] });
    expect(tight!.payloadGainTotal).toBeLessThan(6);
    expect(run).toMatchObject({
      predictor: 'synthesis',
      delta: 0.05,
      certificates: 2,
      taus: [1, 0.5],
      program: '0.0.0',
    });
  });

  it('which an edge accepts for that policy and those models', async () => {
    const { ladder } = await openCodec(join(MODELS, 'codec'));
    const certificates = await Certificates.open(MODELS, ladder, join(to, 'out.json'));
    const bounds = { rhythm: 5, peaks: 2, reconstruction: null, weightedSum: null };
    const policy = { bounds, weights: { rhythm: 1, peaks: 1 }, rungs: null, alpha: 0.5 };
    expect(certificates.find(policy, 'synthesis').certificate).toMatchObject({ tau: 1, k: 0 });
    const none = certificates.find({ ...policy, rungs: ['neural-1'] }, 'synthesis');
    expect(none).toMatchObject({ certificate: undefined, reason: expect.stringContaining('rungs') as string });
    expect(none).toMatchObject({ command: `dynamic-deep calibrate --models ${MODELS} --records DIR --policy FILE --alpha 0.5 --delta 0.05 --predictor synthesis --json ${join(to, 'out.json')}` }); // prettier-ignore
  });

  it('which stays where one more policy is certified into the same file, as the edge asks for; what was measured is replaced', async () => {
    const json = join(to, 'more.json');
    const { ladder } = await openCodec(join(MODELS, 'codec'));
    const models = await readModelHashes(MODELS, ladder.hash);
    const [loose, tight] = calibration.policies.map((own) => ({ ...own, alpha: 0.99, run: 0 }));
    const dense = { ...loose!, predictor: 'dense', rule: CHOICE_RULE.dense, models, tau: null };
    const other = { ...loose!, rule: 1 };
    await writeFile(json, JSON.stringify({ policies: [loose, tight, dense, other], runs: [calibration.run] }));
    const records = join(to, 'kept');
    await mkdir(records);
    for (const kind of ['hea', 'mat']) await copyFile(join(SHIPPED_SAMPLES, `A02370.${kind}`), join(records, `A02370.${kind}`)); // prettier-ignore
    const own = await options({ json, records, taus: [1], alpha: 0.99, delta: 0.03, work: join(to, 'kept-work') });
    const policy = join(to, 'one-more.json');
    await writeFile(policy, JSON.stringify([LOOSE, { bounds: { ...LOOSE.bounds, reconstruction: 50 } }]));
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { run } = await calibrate({ ...own, policy: [policy] });
    const lines = said.mock.calls.map(([line]) => String(line));
    said.mockRestore();
    const { policies, ...rest } = await readCertificatesFile(json);
    expect(
      policies.map(({ predictor, bounds, n, run: place }) => [predictor, bounds.reconstruction, n, place]),
    ).toEqual([
      ...[['synthesis', null, 1, 1], ['synthesis', 1e-4, 10, 0], ['dense', null, 10, 0], ['synthesis', 50, 1, 1]], // prettier-ignore
    ]);
    expect(policies[1]).toEqual(tight);
    expect(policies[0]!.replaced).toEqual([{ run: 0, tau: 1, n: 10, k: 0, delta: 0.025 }]);
    // Two of 0.025, of which one was replaced, two of 0.015; of dense one.
    expect(rest).toEqual({ runs: [calibration.run, run], spent: { synthesis: 0.08, dense: 0.025 } });
    const told = (start: string, ...words: string[]) => {
      const found = lines.filter((line) => line.startsWith(`calibrate: ${start}`));
      expect(found).toHaveLength(words.length);
      for (const [i, word] of words.entries()) expect(found[i]).toContain(word);
    };
    told('1 of 4 certificates', json);
    told('kept: ', 'PRDN 0.0001%, rungs transform-1 transform-2, alpha 0.99: tau 1', 'dense');
    told('replaced: ', 'synthesis, rhythm 5, peaks 2, alpha 0.99: tau 1, now tau 1');
    told('void, not kept: ', 'rule of choice');
    told('delta of all tests', '8% of synthesis, 2.5% of dense');
    // The policy that nobody asked for this time is certified as before.
    const asked = { ...tight!, rungs: [...tight!.rungs!] };
    expect((await Certificates.open(MODELS, ladder, json)).find(asked, 'synthesis').certificate).toMatchObject({
      n: 10,
    });
    for (const file of ['more.json', 'one-more.json', 'kept', 'kept-work'])
      await rm(join(to, file), { recursive: true });
  }, 240_000);

  it.each([
    ['is cut', '{ "policies": ['],
    ['holds no certificates', '{}'],
  ])('refuses to replace a file that %s: it counts the delta that was spent', async (_, text) => {
    const json = join(to, 'damaged.json');
    await writeFile(json, text);
    const own = await options({ json, work: join(to, 'never') });
    const message = expect.stringContaining('it is not replaced') as string;
    await expect(calibrate(own)).rejects.toMatchObject({ code: 'CERTIFICATE_INVALID', message });
    expect(await readFile(json, 'utf8')).toBe(text);
    await rm(json);
  });

  it('refuses to replace what is no regular file', async () => {
    const json = join(to, 'pipe');
    makePipe(json);
    const message = expect.stringContaining('pipe, socket or device') as string;
    await expect(calibrate(await options({ json }))).rejects.toMatchObject({ code: 'CONFIG_INVALID', message });
    expect((await lstat(json)).isFIFO()).toBe(true);
    await rm(json);
  });

  it('leaves nothing behind but the result', async () => {
    expect((await readdir(to)).sort()).toEqual(['out.json', 'policy.json', 'work']);
    expect(await readdir(join(to, 'work'))).toEqual([]);
  });
});

describe('calibrate', () => {
  it('goes on where it was stopped: what was measured is taken, a line that was cut is measured anew', async () => {
    const records = join(to, 'records');
    await mkdir(records);
    for (const name of ['A00282', 'A02370', 'A04040']) {
      for (const kind of ['hea', 'mat']) await copyFile(join(SHIPPED_SAMPLES, `${name}.${kind}`), join(records, `${name}.${kind}`)); // prettier-ignore
    }
    const work = join(to, 'stopped');
    const own = await options({ records, work, taus: [1], alpha: 0.75 });
    // Everything is measured, but the result finds a folder in its place.
    const stopped = expect(calibrate({ ...own, json: join(to, 'taken') })).rejects.toThrow();
    await vi.waitFor(() => readdir(work), { timeout: 60_000 });
    await mkdir(join(to, 'taken'));
    await stopped;
    const [file = ''] = await readdir(work);
    const lines = (await readFile(join(work, file), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    const last = lines.pop()!;
    const changed = lines.map((line, i) => (i === 0 ? JSON.stringify({ ...JSON.parse(line), rhythm: null }) : line));
    await writeFile(join(work, file), [...changed, last.slice(0, 40)].join('\n'));
    const { policies } = await calibrate({ ...own, json: join(to, 'went-on.json') });
    // The first record of the first policy now has an error that is no number; one of three does not certify.
    expect(policies[0]).toMatchObject({ tau: null, n: 3, k: 1, payloadGainTotal: null });
    expect(policies[1]).toMatchObject({ n: 3, k: 0 });
    expect(await readCertificates(join(to, 'went-on.json'))).toHaveLength(1);
    expect(await readdir(work)).toEqual([]);
  }, 240_000);

  it('chooses by the weighted sum as the edge does: what it bounds tightly goes losslessly, and breaks nothing', async () => {
    const records = join(to, 'one');
    await mkdir(records);
    for (const kind of ['hea', 'mat']) await copyFile(join(SHIPPED_SAMPLES, `A02370.${kind}`), join(records, `A02370.${kind}`)); // prettier-ignore
    const policy = join(to, 'sum.json');
    await writeFile(policy, JSON.stringify({ bounds: { ...LOOSE.bounds, weightedSum: 1e-9 } }));
    const own = await options({ records, policy: [policy], taus: [1], alpha: 0.96, work: join(to, 'sum') });
    const { policies } = await calibrate({ ...own, json: join(to, 'sum-out.json') });
    expect(policies[0]).toMatchObject({ tau: 1, n: 1, k: 0 });
    expect(policies[0]!.payloadGainTotal).toBeLessThan(6);
  }, 240_000);

  it('refuses before it measures: outputs that cannot be written, records that were seen', async () => {
    const json = join(to, 'missing', 'out.json');
    await expect(calibrate(await options({ json }))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    const split = join(to, 'split.csv');
    const names = (await readdir(SHIPPED_SAMPLES)).filter((file) => file.endsWith('.hea'));
    await writeFile(split, names.map((file) => `${file.slice(0, -4)},train\n`).join(''));
    await expect(calibrate(await options({ split: [split] }))).rejects.toMatchObject({ code: 'DATA_INVALID' });
  });
});
