/** `dynamic-deep policy history`: lists every change. */
import type { CommandContext } from '../lib/runtime/command.js';
import { writeJsonFile } from '../lib/runtime/output-file.js';
import { withPolicies } from './policy-log.js';
import type { PolicyHistoryConfig } from './policy-options.js';
import { policyTable } from './policy-table.js';

/** Writes a table, oldest change first, and with --json the changes to a file as a JSON list. */
export function listHistory(config: PolicyHistoryConfig, context: CommandContext): Promise<void> {
  const { kafkaBrokers, scope, json } = config;
  return withPolicies(kafkaBrokers, context, async (log) => {
    const changes = log.history().filter((change) => scope === undefined || change.scope === scope);
    if (json !== undefined) await writeJsonFile(json, changes);
    context.stdout.write(changes.length === 0 ? 'no change\n' : `${policyTable(changes)}\n`);
  });
}
