import type { Curve } from './curves.js';
import type { MethodEntry } from './method-tally.js';
import type { RungErrors } from './rung-errors.js';
import type { LeftOut, RecordWarning } from '../record-notes.js';
import type { CompressionSystem } from './system.js';
import type { WardSetting } from './ward.js';

/** What `evaluate compression` writes as JSON; docs/compression-evaluation.md describes the keys. */
export interface CompressionEvaluation {
  readonly records: number;
  readonly bound: number;
  readonly peaksBound: number;
  readonly models: CompressionSystem['hashes'];
  readonly wireSetting: WardSetting;
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly RecordWarning[];
  readonly methods: readonly MethodEntry[];
  /** Fig. 3. */
  readonly rungErrors: readonly RungErrors[];
  /** Fig. 4; empty without `--bounds`. */
  readonly curves: readonly Curve[];
}
