import { expect, it } from 'vitest';
import { STEP } from '../../../src/lib/signal/grid.js';
import { QrsWatch } from '../../../src/lib/signal/qrs-watch.js';
import { UrgencyRule } from '../../../src/lib/signal/urgency.js';

const STEP_SECONDS = STEP / 300;

it('asks at once about a rate that the watch sees, however long waves alone were denied', () => {
  const seen: { last: number; fastInterval: number | undefined } = { last: 0, fastInterval: undefined };
  const watch = Object.defineProperties(new QrsWatch({ rate: 300, gain: 200 }), {
    last: { get: () => seen.last },
    lastCalm: { get: () => 0 },
    fastInterval: { get: () => seen.fastInterval },
  });
  const rule = new UrgencyRule(watch, 300, true);
  const asked: boolean[] = [];
  let now = 0;
  const step = (): boolean => {
    now += STEP_SECONDS;
    seen.last = now;
    const isAsked = rule.haste(now, STEP, false) === 'rhythm';
    if (isAsked) rule.answered({ silent: false }, now);
    return isAsked;
  };
  while (now < 60) asked.push(step());
  // At every step for half a minute, then at every second one.
  expect(asked.slice(6, 40)).toEqual(new Array(34).fill(true));
  expect(asked.slice(-8).filter(Boolean)).toHaveLength(4);
  if (asked.at(-1) === false) step();
  seen.fastInterval = 0.36;
  expect([step(), step(), step()]).toEqual([true, true, true]);
});
