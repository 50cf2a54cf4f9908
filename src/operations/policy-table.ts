/** Formats policies as a table or as JSON. */
import Table from 'cli-table3';
import type { PolicyVersion } from '../lib/policy/index.js';

const HEAD = [
  'version',
  'scope',
  'author',
  'set at',
  'rhythm (nats)',
  'peaks',
  'PRDN (%)',
  'weighted sum',
  'own tasks',
  'alpha',
  'rungs',
  'audits',
  'tasks on',
];

/** Returns several lines without a trailing line break, one row per version. Only the JSON has the alarm limits. */
export function policyTable(versions: readonly PolicyVersion[]): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
  for (const { version, scope, author, at, policy } of versions) {
    const by = [version, scope, author, new Date(at).toISOString()];
    if (policy === null) {
      table.push([...by, { colSpan: HEAD.length - by.length, content: 'withdrawn' }]);
      continue;
    }
    const { bounds, alpha, rungs, auditShare, tasksOn } = policy;
    const { rhythm, peaks, reconstruction, weightedSum, tasks } = bounds;
    const own = Object.entries(tasks ?? {}).map(([name, bound]) => `${name} ${bound}`);
    table.push([
      ...by,
      ...[rhythm, peaks, reconstruction ?? '–', weightedSum ?? '–', own.join(', ') || '–', alpha],
      ...[rungs?.join(', ') ?? 'all', auditShare, tasksOn],
    ]);
  }
  return table.toString();
}

/** Returns a policy as `policy set` reads it, with a trailing line break. */
export function policyJson({ scope, policy }: Pick<PolicyVersion, 'scope' | 'policy'>): string {
  return `${JSON.stringify({ scope, ...policy }, null, 2)}\n`;
}
