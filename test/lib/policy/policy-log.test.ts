import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PolicyLog } from '../../../src/lib/policy/index.js';
import { ADULT_LIMITS } from '../../../src/lib/tasks/alarms/limits.js';
import { createCodec, decode, encode, fixedRegistry } from '../../../src/lib/wire/index.js';
import { changeOf, policyOf } from './policies.js';

const logOf = (...changes: ReturnType<typeof changeOf>[]): PolicyLog => {
  const log = new PolicyLog();
  // As they come from the topic.
  for (const change of changes) log.take(decode('ecg.policy', encode('ecg.policy', change)));
  return log;
};

describe('the log of policies', () => {
  const log = logOf(
    changeOf(1),
    changeOf(2, { scope: 'ward:icu' }),
    changeOf(3, { scope: 'stream:g-001.1' }),
    changeOf(4, { scope: 'ward:er' }),
    changeOf(5, { scope: 'ward:er', policy: null }),
  );

  it.each([
    ['g-001.1', 'icu', 3],
    ['g-001.2', 'icu', 2],
    ['g-001.2', null, 1],
    ['g-001.2', 'er', 1],
    ['icu', 'none', 1],
  ])('covers %s of ward %s by version %i: stream before ward before default', (stream, ward, version) => {
    expect(log.covering({ stream, ward })?.version).toBe(version);
  });

  it('covers nothing that has no policy', () => {
    expect(logOf(changeOf(1, { scope: 'ward:icu' })).covering({ stream: 's', ward: 'er' })).toBeUndefined();
    expect(new PolicyLog().covering({ stream: 's', ward: null })).toBeUndefined();
  });

  it('keeps every version, and says what is in force', () => {
    expect(log.history().map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
    expect(log.version(4)).toMatchObject({ scope: 'ward:er', author: 'physician-2' });
    expect(log.inForce().map(({ scope }) => scope)).toEqual(['default', 'stream:g-001.1', 'ward:icu']);
    expect([log.newest, log.current('ward:er')?.policy]).toEqual([5, null]);
  });

  it('takes the first of two changes with one version, whoever wrote the other', () => {
    const [first, second] = [changeOf(1, { author: 'a' }), changeOf(1, { author: 'b', scope: 'ward:icu' })];
    const both = logOf(first, second);
    expect(both.version(1)?.id).toBe(first.id);
    expect(both.take(changeOf(1))).toMatchObject({ reason: 'late' });
    expect(both.current('ward:icu')).toBeUndefined();
  });

  it('leaves out what is no policy, names every mistake, and keeps the last valid one', () => {
    const own = logOf(changeOf(1));
    const policy = { ...policyOf(), alpha: 2, auditShare: -1 };
    const refusal = own.take(changeOf(9, { scope: 'everyone', policy }));
    expect(refusal).toMatchObject({ reason: 'invalid' });
    expect('mistakes' in refusal ? refusal.mistakes.join('\n') : '').toMatch(/scope: .*\nalpha: .*\nauditShare: /);
    expect(own.covering({ stream: 's', ward: null })?.version).toBe(1);
    expect(own.take(changeOf(2))).toMatchObject({ version: 2 });
  });

  it('gives a policy that knew no irregularity of beats the default', () => {
    const registry = fixedRegistry();
    const text = JSON.stringify(registry.readerSchema('ecg.policy'));
    const older = JSON.parse(text, (_, value: unknown) =>
      Array.isArray(value) ? value.filter((each: { name?: string }) => each.name !== 'irregularity') : value,
    ) as object;
    const { irregularity, ...others } = ADULT_LIMITS;
    const change = changeOf(1, { policy: { ...policyOf(), alarms: { ...others, asystoleSeconds: 6 } as never } });
    const writer = createCodec({ ...registry, readerSchema: () => older as never });
    const reader = createCodec({ ...registry, writerSchema: () => older as never });
    const log = new PolicyLog();
    log.take(reader.decode('ecg.policy', writer.encode('ecg.policy', change)));
    expect(log.version(1)?.policy?.alarms).toEqual({ ...others, asystoleSeconds: 6, irregularity });
  });

  it('comes to one view whatever is read beside it', () => {
    const scope = fc.constantFrom('default', 'ward:a', 'stream:b', 'nowhere');
    const changes = fc.array(fc.tuple(fc.integer({ min: -1, max: 6 }), scope), { maxLength: 12 });
    fc.assert(
      fc.property(changes, (list) => {
        const all = list.map(([version, to]) => changeOf(version, { scope: to }));
        const whole = logOf(...all);
        // What compaction or a later reader sees: refused changes change nothing.
        const kept = all.filter(({ id }) => whole.history().some((each) => each.id === id));
        expect(logOf(...kept).history()).toEqual(whole.history());
        const versions = whole.history().map(({ version }) => version);
        expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
      }),
    );
  });
});
