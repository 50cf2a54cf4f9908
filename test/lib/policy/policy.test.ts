import { describe, expect, it } from 'vitest';
import { parsePolicy, readShippedPolicy } from '../../../src/lib/policy/index.js';
import { SHIPPED_BOUNDS } from '../../../src/lib/runtime/bound-options.js';
import { ADULT_LIMITS } from '../../../src/lib/tasks/alarms/limits.js';
import { decode, encode } from '../../../src/lib/wire/index.js';
import { changeOf, MINIMAL, policyOf } from './policies.js';

const mistakesOf = (value: unknown, options?: Parameters<typeof parsePolicy>[2]): string => {
  try {
    parsePolicy(JSON.stringify(value), 'ward.json', options);
  } catch (error) {
    expect(error).toMatchObject({ code: 'POLICY_INVALID' });
    return (error as Error).message;
  }
  return 'none';
};

describe('a policy', () => {
  it('is completed where something is left out, and goes over the wire as it is', () => {
    const policy = policyOf({ alarms: { tachycardia: 130 } });
    expect(policy).toMatchObject({
      bounds: { reconstruction: null, weightedSum: null, tasks: null },
      weights: { rhythm: 1, peaks: 1 },
      rungs: null,
      tasksOn: 'decoded',
      alarms: { ...ADULT_LIMITS, tachycardia: 130 },
    });
    const change = changeOf(3, { policy });
    expect(JSON.stringify(decode('ecg.policy', encode('ecg.policy', change)))).toBe(JSON.stringify(change));
  });

  it('is refused with every mistake named, a line each', () => {
    const mistakes = mistakesOf(
      {
        scope: 'bed:7',
        bounds: { rhythm: -1, peaks: 0, reconstruction: 'tight', weightedSum: 0 },
        weights: { rhythm: 0, peaks: 0 },
        alpha: 1,
        rungs: ['neural-1', 'neural-1', 'best'],
        auditShare: 2,
        tasksOn: 'paper',
        alarms: { tachycardia: 20, heart: 1 },
        colour: 'red',
      },
      { rungs: ['lossless', 'neural-1'] },
    );
    const lines = mistakes.split('\n');
    expect(lines[0]).toBe('ward.json is no policy');
    const fields = ['scope', 'bounds.rhythm', 'bounds.peaks', 'bounds.reconstruction', 'bounds.weightedSum', 'weights'];
    for (const field of [...fields, 'alpha', 'rungs', 'auditShare', 'tasksOn', 'alarms', 'the whole']) {
      expect(lines.filter((line) => line.startsWith(`  ${field}`)).length, field).toBeGreaterThan(0);
    }
    for (const part of ['bed:7', 'twice', 'best is no rung', 'heart', 'colour']) {
      if (part !== 'bed:7') expect(mistakes).toContain(part);
    }
  });

  it('names the share of audits that originals need also beside other mistakes', () => {
    const mixed = { ...MINIMAL, alpha: 7, auditShare: 0.5, tasksOn: 'originals' };
    expect(mistakesOf(mixed)).toContain('auditShare: is 0.5');
    expect(mistakesOf(mixed)).toContain('alpha');
    expect(mistakesOf({ ...MINIMAL, auditShare: 'all', tasksOn: 'originals' })).not.toContain('allowed: 1');
    for (const nothing of [null, [], 7]) expect(mistakesOf(nothing)).toContain('the whole');
  });

  it('may bound tasks of their own that are loaded; another is refused with its name', () => {
    const bounds = { rhythm: 0.25, peaks: 0.1, tasks: { pvc: 0.05 } };
    expect(policyOf({ bounds }).bounds.tasks).toEqual({ pvc: 0.05 });
    const refused = (tasks: object, known: readonly string[]) =>
      mistakesOf({ ...MINIMAL, bounds: { ...bounds, tasks } }, { tasks: known });
    expect(refused({ pvc: 0.05 }, ['pvc'])).toBe('none');
    expect(refused({ pvc: 0.05, steps: 1 }, ['pvc'])).toContain('bounds.tasks: the task steps is not loaded');
    expect(refused({ pvc: -1 }, ['pvc'])).toContain('bounds.tasks.pvc');
    expect(refused({ rhythm: 1 }, ['rhythm'])).toContain('bound of its own');
  });

  it.each([
    ['bounds', 'bounds'],
    ['alpha', 'alpha'],
    ['auditShare', 'auditShare'],
    ['alarms', undefined],
    ['scope', 'scope'],
  ])('without %s is refused, unless it has a customary value', (field, named) => {
    const rest = Object.fromEntries(Object.entries(MINIMAL).filter(([name]) => name !== field));
    if (named === undefined) expect(mistakesOf(rest)).toBe('none');
    else expect(mistakesOf(rest)).toContain(`  ${named}: `);
  });

  it.each([
    [{ tasksOn: 'originals', auditShare: 0.5 }, 'auditShare: is 0.5'],
    [{ alarms: { tachycardia: 150 } }, 'alarms.tachycardia: is 150'],
  ])('%j is refused: it contradicts itself', (over, mistake) => {
    expect(mistakesOf({ ...MINIMAL, ...over })).toContain(mistake);
    expect(mistakesOf({ ...MINIMAL, tasksOn: 'originals', auditShare: 1 })).toBe('none');
  });

  it('takes another scope than its own where one is given, and is refused where it is no JSON', () => {
    expect(parsePolicy(JSON.stringify(MINIMAL), 'x', { scope: 'ward:icu' }).scope).toBe('ward:icu');
    expect(() => parsePolicy('{', 'x')).toThrow('x is no policy\n  the whole: is no JSON');
    for (const value of [null, [], 'text', 7]) expect(mistakesOf(value, { scope: 'default' })).toContain('the whole');
  });

  it('that ships is valid, for everyone, and has the bounds that commands without a policy take', async () => {
    const { scope, policy } = await readShippedPolicy();
    expect([scope, policy.alarms]).toEqual(['default', ADULT_LIMITS]);
    expect(policy.bounds).toMatchObject(SHIPPED_BOUNDS);
    expect((await readShippedPolicy('ward:icu')).scope).toBe('ward:icu');
  });
});
