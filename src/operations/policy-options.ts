import { z } from 'zod';
import { kafkaOptions } from '../lib/kafka/options.js';
import { SCOPE } from '../lib/policy/index.js';
import { defineOptions, option, type OptionsOf } from '../lib/runtime/options.js';
import { ownTaskOptions } from '../lib/runtime/task-options.js';

const scope = (help: string) =>
  option(z.string().regex(SCOPE).optional(), { help, allowed: 'default, ward:NAME or stream:ID' });

export const policyGetOptions = defineOptions({
  ...kafkaOptions,
  scope: scope('Write the policy of this scope as JSON, as `policy set` takes it; without one all are listed'),
  stream: option(z.string().min(1).optional(), {
    help: 'Write the policy that covers this stream of ecg.streams, by its own scope, its ward or the default',
  }),
});
export type PolicyGetConfig = OptionsOf<typeof policyGetOptions>;

export const policySetOptions = defineOptions({
  ...kafkaOptions,
  default: option(z.boolean(), { help: 'Set the policy that ships with the program', default: false }),
  withdraw: option(z.boolean(), { help: 'The scope is to have no policy of its own any more', default: false }),
  scope: scope("Scope that the policy is set for; the file's own by default"),
  author: option(z.string().min(1).max(200).optional(), {
    help: "Opaque id of the person who sets it; it is kept. The user's name by default",
  }),
  expectVersion: option(z.int().min(0).optional(), {
    help: "Set it only where the scope's policy still is this version; 0: where it has none",
  }),
  models: option(z.string().min(1).optional(), {
    help: 'Folder of the models whose rungs the policy may name; those that ship with the program by default',
    allowed: 'a folder',
  }),
  ...ownTaskOptions,
});
export const policyFilePositional = {
  file: option(z.string().min(1).optional(), { help: 'JSON file of a policy: docs/policy.md has its shape' }),
};
export type PolicySetConfig = OptionsOf<typeof policySetOptions> & OptionsOf<typeof policyFilePositional>;

/** Returns mistakes in the combination of options. */
export function checkPolicySet({ file, default: shipped, withdraw, scope: given }: PolicySetConfig): string[] {
  const mistakes: string[] = [];
  if ([file !== undefined, shipped, withdraw].filter(Boolean).length !== 1) {
    mistakes.push('a file, --default or --withdraw: exactly one of them');
  }
  if (withdraw && given === undefined) mistakes.push('--withdraw needs --scope');
  return mistakes;
}

export function checkPolicyGet({ scope: given, stream }: PolicyGetConfig): string[] {
  return given !== undefined && stream !== undefined ? ['--scope or --stream: at most one of them'] : [];
}

export const policyHistoryOptions = defineOptions({
  ...kafkaOptions,
  scope: scope('Changes of this scope alone'),
  json: option(z.string().min(1).optional(), { help: 'File that the changes are written to as JSON' }),
});
export type PolicyHistoryConfig = OptionsOf<typeof policyHistoryOptions>;
