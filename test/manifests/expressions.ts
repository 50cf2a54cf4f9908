/** PromQL as text: which metrics with which labels it names. Not a parser: enough for expressions of one's own. */
import type { LabelSpec, MetricSpec } from '../../src/lib/metrics/spec.js';

export interface Mention {
  readonly metric: string;
  /** Label -> the values that a matcher names, alternatives apart. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

/** Labels that Prometheus puts there. */
const TARGET_LABELS = new Set(['job', 'instance', 'le']);

export function mentions(expression: string): Mention[] {
  const pattern = /\b(dynamic_deep[\w:]*|up)\b(?:\{([^}]*)\})?/g;
  return [...expression.matchAll(pattern)].map(([, metric = '', matchers = '']) => ({
    metric,
    labels: Object.fromEntries(
      [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)].map(([, label = '', values = '']) => [label, values.split('|')]), // prettier-ignore
    ),
  }));
}

/** Labels in `by (...)` and `on (...)`. */
export function groupings(expression: string): string[] {
  return [...expression.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
  );
}

function mistakesOf(
  spec: { readonly labels: LabelSpec },
  { metric, labels }: Mention,
  rungs: readonly string[],
): string[] {
  return Object.entries(labels).flatMap(([label, values]) => {
    if (TARGET_LABELS.has(label)) return [];
    const known = (spec.labels as Record<string, readonly string[] | string | undefined>)[label];
    if (known === undefined) return [`${metric} has no label ${label}`];
    const allowed = known === 'rungs' ? rungs : known;
    if (typeof allowed === 'string') return [];
    return values.filter((value) => !allowed.includes(value)).map((value) => `${metric} has no ${label}="${value}"`);
  });
}

/** What an expression names and nobody measures. `records` are the names of recording rules. */
export function expressionMistakes(
  expression: string,
  catalogue: readonly MetricSpec[],
  records: readonly string[],
  rungs: readonly string[],
): string[] {
  const series = new Map<string, MetricSpec>(
    catalogue.flatMap((spec) =>
      spec.type === 'histogram'
        ? ['_bucket', '_sum', '_count'].map((end): [string, MetricSpec] => [spec.name + end, spec])
        : [[spec.name, spec]],
    ),
  );
  const labels = new Set([...TARGET_LABELS, ...catalogue.flatMap((spec) => Object.keys(spec.labels))]);
  return [
    ...mentions(expression).flatMap((mention) => {
      if (mention.metric === 'up' || records.includes(mention.metric)) return [];
      const spec = series.get(mention.metric);
      return spec === undefined ? [`nobody measures ${mention.metric}`] : mistakesOf(spec, mention, rungs);
    }),
    ...groupings(expression)
      .filter((label) => !labels.has(label))
      .map((label) => `no metric has the label ${label}`),
  ];
}
