import { z } from 'zod';

import { defineOptions, option } from './options.js';

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
