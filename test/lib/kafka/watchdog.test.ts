import { expect, it } from 'vitest';

import { Watchdog } from '../../../src/lib/kafka/watchdog.js';

function watch(busy: number[]): { dog: Watchdog; codes: string[]; at: (now: number) => void } {
  let now = 0;
  const codes: string[] = [];
  const dog = new Watchdog({
    busy: () => busy,
    hangMs: 100,
    deadMs: 1000,
    clock: () => now,
    fail: ({ code }) => codes.push(code),
  });
  return {
    dog,
    codes,
    at: (time) => {
      now = time;
      dog.check();
    },
  };
}

it('tells a task that does not come back', () => {
  const busy = [50];
  const { codes, at } = watch(busy);
  at(149);
  expect(codes).toEqual([]);
  at(150);
  expect(codes).toEqual(['PROCESSING_STALLED']);
});

it('tells a consumer that gives no sign of life', () => {
  const { dog, codes, at } = watch([]);
  at(999);
  dog.sign();
  at(1998);
  expect(codes).toEqual([]);
  at(1999);
  expect(codes).toEqual(['CONSUMER_FAILED']);
});
