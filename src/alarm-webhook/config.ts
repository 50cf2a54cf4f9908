import { z } from 'zod';
import { kafkaOptions } from '../lib/kafka/options.js';
import { defineOptions, option, type OptionsOf } from '../lib/runtime/options.js';
import { processOptions } from '../lib/runtime/service-options.js';

/** True for an address that can be posted to. A user and password in it would end up in logs and proxies. */
function isReceiver(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

export const webhookOptions = defineOptions({
  ...kafkaOptions,
  ...processOptions(9104),
  groupId: option(z.string().min(1), { help: 'Consumer group; one per receiver', default: 'alarm-webhook' }),
  webhookUrl: option(z.string().refine(isReceiver, 'not such an address'), {
    help: 'Address that takes posts in the format of the webhooks of Alertmanager',
    allowed: 'an http or https URL without user and password',
    // The path alone often identifies, and protects, a receiver.
    secret: true,
  }),
  webhookTokenFile: option(z.string().min(1).optional(), {
    help: 'File with the bearer token of the receiver, read again for every post; none by default',
    allowed: 'a file',
  }),
  receiver: option(z.string().min(1), { help: 'Name of the receiver in the posts', default: 'dynamic-deep' }),
  externalUrl: option(z.url().optional(), {
    help: 'Address at which people see the alarms; externalURL and generatorURL of the posts, empty by default',
    allowed: 'a URL',
  }),
  attemptTimeoutMs: option(z.int().min(100).max(15_000), {
    help: 'Wall time that the receiver has for its answer; below grace-ms',
    unit: 'ms',
    default: 10_000,
  }),
  retryMinMs: option(z.int().min(10).max(60_000), {
    help: 'Wall time before the first retry; it doubles from there, with jitter',
    unit: 'ms',
    default: 500,
  }),
  retryMaxMs: option(z.int().min(10).max(600_000), {
    help: 'Longest wall time between two tries; at least retry-min-ms',
    unit: 'ms',
    default: 30_000,
  }),
  giveUpAfter: option(z.int().min(1).optional(), {
    help: 'Refusals of one change (4xx but for 408 and 429) until it is passed over and counted; never by default',
  }),
});

export type WebhookConfig = OptionsOf<typeof webhookOptions>;

/** Returns mistakes that only a combination of options shows. For the command's `check`, beside those of every service. */
export function checkWebhookOptions(options: WebhookConfig): string[] {
  const { attemptTimeoutMs, graceMs, retryMinMs, retryMaxMs } = options;
  return [
    ...(retryMaxMs < retryMinMs
      ? [`--retry-max-ms is ${retryMaxMs}; allowed: at least --retry-min-ms, which is ${retryMinMs}`]
      : []),
    ...(attemptTimeoutMs >= graceMs
      ? [`--attempt-timeout-ms is ${attemptTimeoutMs}; allowed: below --grace-ms, which is ${graceMs}`]
      : []),
  ];
}
