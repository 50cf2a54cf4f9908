import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Certificate } from '../../src/lib/certification/certificate.js';
import { readLadder, type Ladder } from '../../src/lib/codec/ladder.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { certificateOf } from '../../src/edge-producer/certified.js';
import { certificate } from '../lib/certification/certificates.js';
import { MODELS } from '../models.js';

let ladder: Ladder;
let models: Certificate['models'];

beforeAll(async () => {
  const hashOf = async (name: string): Promise<string> => (await readManifest(join(MODELS, name))).hash;
  ladder = readLadder(await readManifest(join(MODELS, 'codec')));
  models = { codec: ladder.hash, rhythm: await hashOf('rhythm'), peaks: await hashOf('peaks') };
});

/** What the edge makes of a bound of 0.25 where this is certified. */
async function start(some: Partial<Certificate>, rhythmBound = 0.25) {
  const certificates = join(await mkdtemp(join(tmpdir(), 'edge-certified-')), 'own.json');
  await writeFile(certificates, JSON.stringify({ policies: [certificate({ models, ...some })] }));
  const said: { level: string; fields: Record<string, unknown>; text: string }[] = [];
  const say = (level: string) => (fields: unknown, text?: unknown) => {
    said.push({ level, fields: fields as Record<string, unknown>, text: String(text) });
  };
  let gauge: boolean | undefined;
  const config = { rhythmBound, peaksBound: 0.1, prdnBound: 1000, predictor: 'synthesis', certificates } as const;
  const found = await certificateOf(config, {
    ...{ models: MODELS, ladder, logger: { info: say('info'), warn: say('warn') } },
    metrics: { setCertified: (certified) => void (gauge = certified) },
  });
  return { found, gauge, said, certificates };
}

describe('the edge', () => {
  it('chooses by the certificate of its bounds, and says so', async () => {
    const { found, gauge, said } = await start({});
    expect(found).toEqual(certificate({ models }));
    expect(gauge).toBe(true);
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
    const { found, gauge, said, certificates } = await start(own);
    expect(found).toBeUndefined();
    expect(gauge).toBe(false);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({
      level: 'warn',
      fields: { certified: false, policy: { bounds: { rhythm: 0.25 } } },
    });
    expect(said[0]!.text).toContain('losslessly');
    expect(said[0]!.fields['command']).toBe(`dynamic-deep calibrate --models ${MODELS} --records DIR --policy FILE --alpha 0.01 --delta 0.05 --predictor synthesis --json ${certificates}`); // prettier-ignore
  });

  it('keeps looser bounds by a tighter certificate, and chooses by its bounds', async () => {
    expect((await start({}, 0.3)).found?.bounds.rhythm).toBe(0.25);
  });
});
