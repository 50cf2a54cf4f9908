import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Certificates } from '../../src/lib/certification/certificates.js';
import type { Certificate } from '../../src/lib/certification/certificate.js';
import { readLadder, type Ladder } from '../../src/lib/codec/ladder.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { limitsOf } from '../../src/lib/policy/index.js';
import { tellStanding } from '../../src/edge-producer/policy-standing.js';
import { policyOf } from '../lib/policy/policies.js';
import { certificate } from '../lib/certification/certificates.js';
import { MODELS } from '../models.js';

let ladder: Ladder;
let models: Certificate['models'];

beforeAll(async () => {
  const hashOf = async (name: string): Promise<string> => (await readManifest(join(MODELS, name))).hash;
  ladder = readLadder(await readManifest(join(MODELS, 'codec')));
  models = { codec: ladder.hash, rhythm: await hashOf('rhythm'), peaks: await hashOf('peaks') };
});

/** What the edge says of a policy with a rhythm bound of 0.25 where this is certified, and what it keeps. */
async function start(some: Partial<Certificate>, rhythm = 0.25) {
  const path = join(await mkdtemp(join(tmpdir(), 'edge-certified-')), 'own.json');
  await writeFile(path, JSON.stringify({ policies: [certificate({ models, ...some })] }));
  const said: { level: string; fields: Record<string, unknown>; text: string }[] = [];
  const say = (level: string) => (fields: unknown, text?: unknown) => {
    said.push({ level, fields: fields as Record<string, unknown>, text: String(text) });
  };
  const certificates = await Certificates.open(MODELS, ladder, path);
  const policy = policyOf({ bounds: { rhythm, peaks: 0.1 } });
  const logger = { info: say('info'), warn: say('warn') };
  tellStanding({ version: 3, scope: 'default', policy }, { certificates, predictor: 'synthesis', logger });
  const found = certificates.find(policy, 'synthesis').certificate;
  return { limits: limitsOf(policy, ladder, found), said, path };
}

describe('the edge', () => {
  it('chooses by the certificate of its policy, and says so', async () => {
    const { limits, said } = await start({});
    expect(limits).toEqual({ bounds: { rhythm: 0.25, peaks: 0.1, reconstruction: Infinity },
      tau: 0.5, rungs: undefined,
    });
    expect(said).toMatchObject([{ level: 'info', fields: { certified: true, certificate: { tau: 0.5, n: 900, k: 2 } } }]);
  }); // prettier-ignore

  it.each([
    ['weights', { models: { codec: '0'.repeat(64) } }],
    ['task models', { models: { rhythm: '0'.repeat(64) } }],
    ['allowed rungs', { rungs: ['transform-1'] }],
    ['predictor', { predictor: 'dense' as const }],
    ['bounds', { bounds: { rhythm: 0.3, peaks: 0.1, reconstruction: null, weightedSum: null } }],
  ])('sends losslessly where the certificate is of other %s, says so, and names the command', async (_, some) => {
    const own = 'models' in some ? { models: { ...models, ...some.models } } : some;
    const { limits, said, path } = await start(own);
    expect(limits).toBeNull();
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({ level: 'warn', fields: { certified: false, version: 3, scope: 'default' } });
    expect(said[0]!.text).toContain('losslessly');
    expect(said[0]!.fields['command']).toBe(`dynamic-deep calibrate --models ${MODELS} --records DIR --policy FILE --alpha 0.01 --delta 0.05 --predictor synthesis --json ${path}`); // prettier-ignore
  });

  it('keeps looser bounds by a tighter certificate, and chooses by its bounds', async () => {
    expect((await start({}, 0.3)).limits?.bounds.rhythm).toBe(0.25);
  });
});
