import { expect, it } from 'vitest';
import { resolveOptions } from '../../../src/lib/runtime/resolve-options.js';
import { boundsOf } from '../../../src/operations/compress/bounds.js';
import { compressOptions, type CompressConfig } from '../../../src/operations/options.js';

const noTasks = { names: [], boundOf: () => 0 };

function boundsUnder(flags: Record<string, string>) {
  const given = new Map(Object.entries({ output: 'ward.avro', ...flags }));
  const { values, mistakes } = resolveOptions(compressOptions, given, {});
  expect(mistakes).toEqual([]);
  return boundsOf(values as unknown as CompressConfig, noTasks);
}

it('--bound is the bound on the rhythm, and leaves the others as they are', () => {
  const shipped = boundsUnder({});
  expect(shipped).toEqual({ rhythm: 0.25, peaks: 0.1, reconstruction: 20 });
  expect(boundsUnder({ bound: '0.75' })).toEqual({ ...shipped, rhythm: 0.75 });
  expect(boundsUnder({ bound: '0.1', peaksBound: '0.02', prdnBound: '1000' })).toEqual({
    rhythm: 0.1,
    peaks: 0.02,
    reconstruction: Infinity,
  });
});
