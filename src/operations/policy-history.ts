/** `dynamic-deep policy history`: lists every change. */
import { writeFile } from 'node:fs/promises';
import { DynamicDeepError, messageOf } from '../lib/errors/index.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { withPolicies } from './policy-log.js';
import type { PolicyHistoryConfig } from './policy-options.js';
import { policyTable } from './policy-table.js';

/** Writes a table, oldest change first, and with --json the changes to a file as a JSON list. */
export function listHistory(config: PolicyHistoryConfig, context: CommandContext): Promise<void> {
  const { kafkaBrokers, scope, json } = config;
  return withPolicies(kafkaBrokers, context, async (log) => {
    const changes = log.history().filter((change) => scope === undefined || change.scope === scope);
    if (json !== undefined) {
      await writeFile(json, `${JSON.stringify(changes, null, 2)}\n`).catch((cause: unknown) => {
        throw new DynamicDeepError('FILE_NOT_FOUND', `${json} cannot be written: ${messageOf(cause)}`, { cause });
      });
    }
    context.stdout.write(changes.length === 0 ? 'no change\n' : `${policyTable(changes)}\n`);
  });
}
