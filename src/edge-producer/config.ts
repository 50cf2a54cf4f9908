import { z } from 'zod';
import { kafkaOptions } from '../lib/kafka/options.js';
import { defineOptions, option, type OptionsOf } from '../lib/runtime/options.js';
import { checkServiceOptions, serviceOptions } from '../lib/runtime/service-options.js';
import { ownTaskOptions } from '../lib/runtime/task-options.js';

const LISTEN = /^(?:\[([0-9a-fA-F:]+)\]|([\w.-]+)):(\d{1,5})$/;

export const edgeOptions = defineOptions({
  ...kafkaOptions,
  ...serviceOptions(9101),
  records: option(z.array(z.string()).min(1).optional(), {
    help: 'WFDB records to replay, paths without extension; either these or an address to listen on',
  }),
  listen: option(z.string().regex(LISTEN).optional(), {
    allowed: 'HOST:PORT, an IPv6 address in brackets',
    help: 'Address that takes live bedside devices instead of a replay (docs/devices.md); without authentication',
  }),
  mostDevices: option(z.int().min(1).max(10_000), {
    help: 'Live devices that may be connected at a time',
    default: 256,
  }),
  silenceMs: option(z.int().min(1_000).max(300_000), {
    help: 'Wall time without a packet of a live lead after which its epoch ends',
    unit: 'ms',
    default: 10_000,
  }),
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
  ward: option(
    z
      .string()
      .regex(/^[\w.-]{1,64}$/)
      .optional(),
    {
      allowed: '1 to 64 letters, digits, _, . and -',
      help: 'Ward that this gateway serves: the policy of `ward:NAME` covers its streams (docs/policy.md)',
    },
  ),
  speed: option(z.number().positive().max(1000), { help: 'Replay speed; 1 is real time', default: 1 }),
  seconds: option(z.number().positive().optional(), {
    help: 'Signal to replay of every stream; without it recordings loop until the service is stopped',
    unit: 's',
  }),
  predictor: option(z.enum(['synthesis', 'dense']), {
    help: 'Who says what a rung would add to the tasks: the tasks themselves on the decoded candidate, or a small network that reads the latents',
    default: 'synthesis',
  }),
  ...ownTaskOptions,
  certificates: option(z.string().min(1).optional(), {
    help: 'File of certificates; certificates.json of the models folder by default. Without one of the policy everything goes losslessly',
    allowed: 'a file that `calibrate` wrote',
  }),
  answerViolations: option(z.boolean(), {
    help: 'Choose by the next smaller certified tau while audits show more violations than the policies allow, losslessly where there is none (docs/audits.md)',
    default: false,
  }),
  inputReference: option(z.string().min(1).optional(), {
    help: 'Reference that the drift of the input is measured against; reference.json of the codec by default (docs/audits.md)',
    allowed: 'a file that `train reference` wrote',
  }),
  auditSeed: option(z.int().min(0), { help: 'Seed of the draw of audited records', default: 1 }),
  lingerMs: option(z.int().min(0).max(10_000), {
    help: 'Wall time for which windows of all streams are collected into one frame',
    unit: 'ms',
    default: 500,
  }),
});

export type EdgeConfig = OptionsOf<typeof edgeOptions>;

/** Returns mistakes that only a combination of options shows. */
export function checkEdgeOptions(config: EdgeConfig): string[] {
  const { records, listen, speed, seconds, beds } = config;
  const mistakes = checkServiceOptions(config);
  if ((records === undefined) === (listen === undefined)) {
    const given = records === undefined ? 'neither is given' : 'both are given';
    mistakes.push(`--records (a replay) or --listen (live devices), exactly one of them: ${given}`);
  }
  if (listen !== undefined && (speed !== 1 || seconds !== undefined || beds !== undefined)) {
    mistakes.push('--speed, --seconds and --beds belong to a replay: live devices have their own clocks and beds');
  }
  if (listen !== undefined && listenAddress(listen).port > 65_535) mistakes.push(`--listen ${listen}: no such port`);
  return mistakes;
}

/** Host and port of `--listen`, which has passed its check. */
export function listenAddress(listen: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = LISTEN.exec(listen) ?? [];
  return { host: bracketed ?? plain ?? '', port: Number(port) };
}
