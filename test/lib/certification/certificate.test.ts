import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { oneStepBelow, readCertificates, readCertificatesFile } from '../../../src/lib/certification/certificate.js';
import { certificate } from './certificates.js';

async function file(content: unknown): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'certificates-')), 'certificates.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const refused = (content: unknown, why: string) =>
  expect(file(content).then(readCertificates)).rejects.toThrow(expect.objectContaining({ code: 'CERTIFICATE_INVALID', message: expect.stringContaining(why) as string })); // prettier-ignore

describe('the file of certificates', () => {
  it('gives those that certify a tau, whatever else stands beside', async () => {
    const none = { ...certificate(), k: 50, tau: null, tests: [] };
    const path = await file({ delta: 0.05, policies: [certificate(), none] });
    expect(await readCertificates(path)).toEqual([certificate()]);
  });

  it('is read with its runs, and with the keys of one run as files of before have them', async () => {
    const run = {
      delta: 0.05,
      certificates: 5,
      taus: [0.5],
      records: { n: 900 },
      program: '0.1.0',
      madeOn: '2026-11-30',
    };
    const own = { ...certificate(), run: 0, replaced: [{ tau: null, n: 900, k: 4, delta: 0.01 }] };
    expect(await readCertificatesFile(await file({ policies: [own], runs: [run] }))).toEqual({ policies: [own], runs: [run] }); // prettier-ignore
    expect(await readCertificates(await file({ policies: [certificate()], ...run }))).toEqual([certificate()]);
    await refused({ policies: [], runs: [{ ...run, delta: 5 }] }, 'delta');
    await refused({ policies: [{ ...own, run: -1 }] }, 'run');
  });

  it('may be absent: then there are none', async () => {
    expect(await readCertificates(join(tmpdir(), 'no-such-folder', 'certificates.json'))).toEqual([]);
  });

  it('is refused where a number does not hold', async () => {
    await refused({ policies: [certificate({ k: 3 })] }, '3 violations of 900');
    await refused({ policies: [certificate({ alpha: 0.005 })] }, 'rate below 0.005');
    await refused({ policies: [certificate({ n: 100, k: 0 })] }, '0 violations of 100');
  });

  it('is refused where it is no such file', async () => {
    await refused('{', 'not JSON');
    await refused({}, 'policies');
    await refused({ policies: [certificate({ tau: 1.5 })] }, 'tau');
    await refused({ policies: [{ ...certificate(), models: { codec: 'x' } }] }, 'models');
    await expect(readCertificates(tmpdir())).rejects.toMatchObject({ code: 'CERTIFICATE_INVALID' });
  });
});

describe('one step below', () => {
  const tests = [0.5, 0.75, 1].map((tau) => ({ tau, rejected: tau < 1 }));

  it('is the next smaller tau that passed, with everything else of the certificate', () => {
    const own = certificate({ tau: 0.75, tests });
    expect(oneStepBelow(own)).toEqual({ ...own, tau: 0.5 });
  });

  it('is none where its tau was the first, or its tests are not known', () => {
    expect(oneStepBelow(certificate({ tau: 0.5, tests }))).toBeUndefined();
    expect(oneStepBelow(certificate({ tau: 0.5 }))).toBeUndefined();
  });
});
