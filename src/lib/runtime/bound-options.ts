import { z } from 'zod';

import { defineOptions, option, type OptionsOf } from './options.js';

/** Bounds of the policy that ships: nats of added cross-entropy, loss between distance maps. */
export const SHIPPED_BOUNDS = { rhythm: 0.75, peaks: 0.1 } as const;

/** The administrator's bounds, in one form wherever they are needed until they come with the policy. */
export const boundOptions = defineOptions({
  rhythmBound: option(z.number().positive(), {
    help: 'Largest acceptable added cross-entropy of the rhythm classifier over a record',
    unit: 'nats',
    default: SHIPPED_BOUNDS.rhythm,
  }),
  peaksBound: option(z.number().positive(), {
    help: 'Largest acceptable loss between the R-peak distance maps of original and decoded signal over a record',
    default: SHIPPED_BOUNDS.peaks,
  }),
});

/** Share of records that may break the policy that ships. */
const SHIPPED_ALPHA = 0.01;

/** The policy that options can state. */
export function configuredPolicy(config: OptionsOf<typeof boundOptions>) {
  return {
    bounds: { rhythm: config.rhythmBound, peaks: config.peaksBound, reconstruction: null, weightedSum: null },
    weights: { rhythm: 1, peaks: 1 },
    rungs: null,
    alpha: SHIPPED_ALPHA,
  };
}
