import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RecordRules } from '../../src/edge-producer/record-rules.js';
import { readLadder } from '../../src/lib/codec/ladder.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { limitsOf, PolicyLog, shortfallsOf } from '../../src/lib/policy/index.js';
import { RECORD, WINDOW } from '../../src/lib/signal/grid.js';
import { certificate } from '../lib/certification/certificates.js';
import { changeOf, policyOf } from '../lib/policy/policies.js';
import { MODELS } from '../models.js';

const ladder = readLadder(await readManifest(join(MODELS, 'codec')));
const TAU = 0.5;

function edge(ward: string | null = null) {
  const log = new PolicyLog();
  const rules = new RecordRules({
    policyOf: (stream) => log.covering({ stream, ward }),
    limitsOf: (policy) =>
      limitsOf(policy, ladder, certificate({ tau: TAU, bounds: policy.bounds, weights: policy.weights })),
    auditSeed: 1,
  });
  return { log, rules };
}

describe('the rule of a record', () => {
  it('is without a policy: losslessly, not audited, version 0', () => {
    expect(edge().rules.of('s', 0, 0)).toEqual({
      policyVersion: 0,
      limits: null,
      audited: false,
      tasksOnOriginal: false,
    });
  });

  it('changes at the border of a record, for each stream and epoch on its own, and not before', () => {
    const { log, rules } = edge();
    const versions = (stream: string, epoch: number, ...windows: number[]) =>
      windows.map((window) => rules.of(stream, epoch, window * WINDOW).policyVersion);
    expect(versions('a', 1, 0, 1)).toEqual([0, 0]);
    log.take(changeOf(1));
    // Stream a stands inside its first record, b begins.
    expect(versions('a', 1, 2, 3, 4, 5)).toEqual([0, 0, 0, 1]);
    expect(versions('b', 1, 3, 4)).toEqual([1, 1]);
    log.take(changeOf(2, { policy: policyOf({ auditShare: 1 }) }));
    expect(versions('a', 1, 6, 9)).toEqual([1, 1]);
    log.take(changeOf(3, { policy: policyOf({ auditShare: 1, tasksOn: 'originals' }) }));
    // Parts of windows, and a new epoch.
    expect(rules.of('a', 1, 2 * RECORD - 1).policyVersion).toBe(1);
    expect(rules.of('a', 1, 2 * RECORD + 256)).toMatchObject({
      policyVersion: 3,
      audited: true,
      tasksOnOriginal: true,
    });
    expect(versions('b', 2, 0)).toEqual([3]);
    log.take(changeOf(4, { policy: null }));
    expect(versions('a', 1, 14, 15)).toEqual([3, 0]);
  });

  it('audits all windows of a record or none, at the share of the policy', () => {
    const { log, rules } = edge();
    log.take(changeOf(1, { policy: policyOf({ auditShare: 0.3 }) }));
    const records = Array.from({ length: 1000 }, (_, record) =>
      [0, 1, 2, 3, 4].map((window) => rules.of('a', 1, record * RECORD + window * WINDOW).audited),
    );
    expect(records.every((own) => new Set(own).size === 1)).toBe(true);
    const share = records.filter(([audited]) => audited).length / 1000;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
  });

  it('is that of the ward, with what the policy bounds and allows', () => {
    const { log, rules } = edge('icu');
    const [, first, second] = ladder.rungs;
    const bounds = { rhythm: 0.2, peaks: 0.1, weightedSum: 0.3 };
    const policy = policyOf({ bounds, weights: { rhythm: 1, peaks: 2 }, rungs: [second!.name, first!.name] });
    log.take(changeOf(1));
    log.take(changeOf(2, { scope: 'ward:icu', policy }));
    expect(rules.of('s', 0, 0)).toEqual({
      policyVersion: 2,
      audited: false,
      tasksOnOriginal: false,
      limits: {
        bounds: {
          rhythm: 0.2,
          peaks: 0.1,
          reconstruction: Infinity,
          weightedSum: { weights: { rhythm: 1, peaks: 2 }, bound: 0.3 },
        },
        tau: TAU,
        rungs: new Set([1, 2]),
      },
    });
  });
});

it('chooses by the bounds of a certificate that is tighter, its weighted sum too, as it was calibrated', () => {
  const loose = policyOf({ bounds: { rhythm: 0.75, peaks: 0.2, weightedSum: 0.9 } });
  const bounds = { rhythm: 0.25, peaks: 0.1, reconstruction: 20, weightedSum: 0.3 };
  const weights = { rhythm: 1, peaks: 1 };
  const tight = { rhythm: 0.25, peaks: 0.1, reconstruction: 20, weightedSum: { weights, bound: 0.3 } };
  expect(limitsOf(loose, ladder, certificate({ bounds }))?.bounds).toEqual(tight);
  expect(limitsOf(policyOf(), ladder, certificate({ bounds }))?.bounds).toEqual(tight);
});

describe('what an edge cannot keep', () => {
  it('is sent losslessly, and said', () => {
    const policy = policyOf({ rungs: ['best', 'lossless'] });
    expect(limitsOf(policy, ladder, undefined)).toBeNull();
    expect(shortfallsOf(policy, ladder)).toEqual([expect.stringContaining('best')]);
    expect(shortfallsOf(policyOf(), ladder)).toEqual([]);
  });
});
