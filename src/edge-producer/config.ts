import { z } from 'zod';
import { kafkaOptions } from '../lib/kafka/options.js';
import { boundOptions } from '../lib/runtime/bound-options.js';
import { defineOptions, option, type OptionsOf } from '../lib/runtime/options.js';
import { serviceOptions } from '../lib/runtime/service-options.js';

const share = z.number().min(0).max(1);

export const edgeOptions = defineOptions({
  ...kafkaOptions,
  ...serviceOptions(9101),
  records: option(z.array(z.string()).min(1), { help: 'WFDB records to replay, paths without extension' }),
  beds: option(z.int().min(1).max(10_000).optional(), {
    help: 'Devices to replay; the records are dealt round. One per record by default',
  }),
  leads: option(z.enum(['first', 'all']), { help: 'Leads of each record that become streams', default: 'first' }),
  acceptTruncated: option(z.boolean(), {
    help: 'Replay the whole samples of a recording that is shorter than its header says, instead of refusing it',
    default: false,
  }),
  gateway: option(z.string().regex(/^[\w.-]{1,64}$/), {
    allowed: '1 to 64 letters, digits, _, . and -',
    help: 'Opaque id of this gateway: key of its frames and prefix of its device ids',
    default: 'gateway-1',
  }),
  speed: option(z.number().positive().max(1000), { help: 'Replay speed; 1 is real time', default: 1 }),
  seconds: option(z.number().positive().optional(), {
    help: 'Signal to replay of every stream; without it recordings loop until the service is stopped',
    unit: 's',
  }),
  ...boundOptions,
  auditShare: option(share, { help: 'Share of records that are also sent losslessly for audit', default: 0.001 }),
  auditSeed: option(z.int().min(0), { help: 'Seed of the draw of audited records', default: 1 }),
  lingerMs: option(z.int().min(0).max(10_000), {
    help: 'Wall time for which windows of all streams are collected into one frame',
    unit: 'ms',
    default: 500,
  }),
});

export type EdgeConfig = OptionsOf<typeof edgeOptions>;
