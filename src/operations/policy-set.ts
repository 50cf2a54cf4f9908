/** `dynamic-deep policy set`: sets a policy from a file, sets the shipped one, or withdraws the policy of a scope. */
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { readLadder } from '../lib/codec/ladder.js';
import { DynamicDeepError, messageOf } from '../lib/errors/index.js';
import { checkTopics, connectKafka } from '../lib/kafka/index.js';
import { readManifest } from '../lib/model/manifest.js';
import { parsePolicy, readShippedPolicy, setPolicy, type ScopedPolicy } from '../lib/policy/index.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { readOwnTasks } from '../lib/tasks/own/folder.js';
import type { PolicySetConfig } from './policy-options.js';

/** Throws POLICY_INVALID with every mistake, POLICY_CONFLICT, FILE_NOT_FOUND; in each case nothing is written. */
export async function runPolicySet(config: PolicySetConfig, { stdout }: CommandContext): Promise<void> {
  const { kafkaBrokers, expectVersion } = config;
  const author = config.author ?? userName();
  const { scope, policy } = await readChange(config);
  const connection = await connectKafka({ brokers: kafkaBrokers, clientId: 'dynamic-deep-policy' });
  try {
    await checkTopics(connection.admin, ['ecg.policy']);
    const expected = expectVersion === undefined ? {} : { expected: expectVersion };
    const { version } = await setPolicy(connection, { scope, policy, author, ...expected });
    stdout.write(`${scope}: version ${version} by ${author} ${policy === null ? 'has none' : 'is in force'}\n`);
  } finally {
    await connection.close();
  }
}

async function readChange(
  config: PolicySetConfig,
): Promise<Pick<ScopedPolicy, 'scope'> & { policy: ScopedPolicy['policy'] | null }> {
  const { file, withdraw, scope, models = SHIPPED_MODELS, tasks: folders } = config;
  if (withdraw) return { scope: scope ?? 'default', policy: null };
  if (file === undefined) return readShippedPolicy(scope);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DynamicDeepError('FILE_NOT_FOUND', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  });
  const ladder = readLadder(await readManifest(join(models, 'codec')));
  const tasks = (await readOwnTasks({ models, folders })).map(({ manifest }) => manifest.name);
  return parsePolicy(text, file, { rungs: ladder.rungs.map(({ name }) => name), tasks, ...(scope && { scope }) });
}

function userName(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new DynamicDeepError('CONFIG_INVALID', '--author is needed: this user has no name', { cause });
  }
}
