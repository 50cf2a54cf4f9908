import { z } from 'zod';

import { defineOptions, option } from './options.js';

/** The administrator's bounds, in one form wherever they are needed until they come with the policy. */
export const boundOptions = defineOptions({
  rhythmBound: option(z.number().positive(), {
    help: 'Largest acceptable added cross-entropy of the rhythm classifier over a record',
    unit: 'nats',
    default: 0.75,
  }),
  peaksBound: option(z.number().positive(), {
    help: 'Largest acceptable loss between the R-peak distance maps of original and decoded signal over a record',
    default: 0.1,
  }),
});
