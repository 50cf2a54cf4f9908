import { z } from 'zod';

import { defineOptions, option, type OptionsOf } from './options.js';

/** Bounds of the policy that ships: nats of added cross-entropy, loss between distance maps, percent of PRDN. */
export const SHIPPED_BOUNDS = { rhythm: 0.25, peaks: 0.1, reconstruction: 20 } as const;

/** The administrator's bounds on the tasks, the same in every command that does not take them from a policy. */
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

/** A bound on PRDN from here on means none. */
const FREE = 1000;

/** For commands that choose rungs: they keep the bound on PRDN too. */
export const edgeBoundOptions = defineOptions({
  ...boundOptions,
  prdnBound: option(z.number().positive(), {
    help: 'Largest PRDN of a window as it is sent: root-mean-square difference from the original, mean removed, native rate. 1000 leaves it free',
    unit: '%',
    default: SHIPPED_BOUNDS.reconstruction,
  }),
});

/** Returns bounds as predictors take them: Infinity if PRDN is free. */
export function edgeBounds({ rhythmBound, peaksBound, prdnBound }: OptionsOf<typeof edgeBoundOptions>) {
  return { rhythm: rhythmBound, peaks: peaksBound, reconstruction: prdnBound < FREE ? prdnBound : Infinity };
}
