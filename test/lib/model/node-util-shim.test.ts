import util from 'node:util';
import { expect, it } from 'vitest';

it('the functions of util that Node 23 removed, and TensorFlow’s binding calls, are there again', async () => {
  // As they are in Node 23.
  const removed = util as unknown as Record<'isNullOrUndefined' | 'isArray', ((value: unknown) => boolean) | undefined>;
  removed.isNullOrUndefined = undefined;
  removed.isArray = undefined;
  await import('../../../src/lib/model/node-util-shim.js');
  expect([null, undefined, 0, ''].map((value) => removed.isNullOrUndefined?.(value))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([[], {}, new Float32Array(1)].map((value) => removed.isArray?.(value))).toEqual([true, false, false]);
});
