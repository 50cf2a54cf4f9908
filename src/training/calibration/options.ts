import { z } from 'zod';
import { MOST_DELTA } from '../../lib/certification/certificate.js';
import { defineOptions, option, type OptionsOf } from '../../lib/runtime/options.js';
import { ownTaskOptions } from '../../lib/runtime/task-options.js';

const share = z.number().gt(0).lt(1);

export const calibrationOptions = defineOptions({
  records: option(z.string().min(1), {
    help: 'Folder of WFDB records; the first 29.87 s of the first lead of each count',
  }),
  policy: option(z.array(z.string().min(1)).min(1), {
    help: 'Files of policies to certify, JSON, one or a list each: bounds, weights of a weighted sum, alpha, allowed rungs',
    allowed: 'a comma-separated list of files; the flag may be given several times',
  }),
  alpha: option(share.optional(), {
    help: "Share of records that may break a policy; without it the policy's own, or 0.01",
  }),
  delta: option(z.number().gt(0).lte(MOST_DELTA), {
    help: 'Probability that any certificate of the run promises too much; divided by the number of policies',
    default: MOST_DELTA,
  }),
  json: option(z.string().min(1), {
    help: 'File that the certificates are written to; the edge reads certificates.json of its models folder',
  }),
  models: option(z.string().min(1).optional(), {
    help: 'Folder of the models; those that ship with the program by default',
    allowed: 'a folder',
  }),
  predictor: option(z.enum(['synthesis', 'dense']), {
    help: 'Predictor whose choices are certified',
    default: 'synthesis',
  }),
  ...ownTaskOptions,
  taus: option(z.array(z.number().gt(0).lte(1)).min(1), {
    help: 'Grid of tau, the share of a bound that a predicted error may reach; fixed before anything is measured',
    default: [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  }),
  split: option(z.array(z.string().min(1)).optional(), {
    help: 'Splits, lines `name,part`, that say which records training and choices have seen; those that ship by default',
    allowed: "a comma-separated list of files; '' for none",
  }),
  part: option(z.enum(['train', 'selection', 'calibration', 'test']).optional(), {
    help: 'Part of the splits to calibrate on; by default all that was not seen, those of the part test only where there is none of calibration',
  }),
  allowSeen: option(z.boolean(), {
    help: 'Take records that training has seen too, for a trial: the JSON says so and no edge accepts it',
    default: false,
  }),
  work: option(z.string().min(1), {
    help: 'Folder of what was measured; a run that was stopped goes on from it',
    default: '.cache/calibration',
  }),
});
export type CalibrationOptions = OptionsOf<typeof calibrationOptions>;
