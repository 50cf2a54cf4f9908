/** `dynamic-deep policy get`: the policies in force. */
import { DynamicDeepError } from '../lib/errors/index.js';
import { CompactedTable, type KafkaConnection } from '../lib/kafka/index.js';
import type { PolicyInForce, PolicyLog } from '../lib/policy/index.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { withPolicies } from './policy-log.js';
import type { PolicyGetConfig } from './policy-options.js';
import { policyJson, policyTable } from './policy-table.js';
import { noteUnreadable } from './unreadable.js';

/** Writes one policy as JSON, or a table of all. Returns exit code 1 if the requested policy does not exist. */
export function getPolicy({ kafkaBrokers, scope, stream }: PolicyGetConfig, context: CommandContext): Promise<number> {
  const { stdout, stderr } = context;
  return withPolicies(kafkaBrokers, context, async (log, connection) => {
    if (scope === undefined && stream === undefined) {
      const all = log.inForce();
      stdout.write(all.length === 0 ? 'no policy: every stream is sent losslessly\n' : `${policyTable(all)}\n`);
      return 0;
    }
    const found = stream === undefined ? inForce(log, scope) : await coveringDeclared(log, connection, stream);
    if (found === undefined) {
      const whom =
        stream === undefined
          ? `${scope ?? ''} has no policy of its own`
          : `no policy covers ${stream}: it is sent losslessly`;
      stderr.write(`${whom}\n`);
      return 1;
    }
    stdout.write(policyJson(found));
    stderr.write(`version ${found.version} by ${found.author}, ${new Date(found.at).toISOString()}\n`);
    return 0;
  });
}

function inForce(log: PolicyLog, scope: string | undefined): PolicyInForce | undefined {
  return log.inForce().find((one) => one.scope === scope);
}

/** Returns the policy that covers a stream. Throws STREAM_UNKNOWN if ecg.streams does not declare it. */
async function coveringDeclared(
  log: PolicyLog,
  connection: KafkaConnection,
  stream: string,
): Promise<PolicyInForce | undefined> {
  const streams = await CompactedTable.open({ connection, topic: 'ecg.streams', onInvalid: noteUnreadable });
  try {
    await streams.ready();
    const info = streams.get(stream);
    if (info === undefined) throw new DynamicDeepError('STREAM_UNKNOWN', `ecg.streams declares no stream ${stream}`);
    return log.covering(info);
  } finally {
    await streams.close();
  }
}
