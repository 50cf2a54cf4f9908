import { DEFAULT_PARTITIONS, TOPICS, topicConfig, type TopicSpec } from './topics.js';

function duration(ms: number): string {
  if (ms < 0) return 'latest per key';
  const hours = ms / 3_600_000;
  return hours % 24 === 0 ? `${hours / 24} d` : `${hours} h`;
}

function row(topic: TopicSpec): string {
  const { name, key, partitions, cleanup, retentionMs, writers, readers, what } = topic;
  const count = partitions === 'shared' ? 'N' : String(partitions);
  const cells = [`\`${name}\``, what, key, count, cleanup, duration(retentionMs)];
  return `| ${[...cells, writers.join(', '), readers.join(', ') || 'operators'].join(' | ')} |`;
}

function settings(title: string, topic: TopicSpec | undefined): string {
  if (topic === undefined) return '';
  const lines = Object.entries(topicConfig(topic, 3)).map(([name, value]) => `${name}=${value}`);
  return `${title}, by the example of \`${topic.name}\` with three replicas:\n\n\`\`\`\n${lines.join('\n')}\n\`\`\``;
}

/** Returns the text of docs/topics.md. */
export function topicsPage(): string {
  return [
    '# Topics',
    'Generated from `src/lib/kafka/topics.ts`; a test compares them. Values are Avro in Confluent framing, with the ' +
      'schemas of `schemas/`.',
    `N is the installation's number of partitions, ${DEFAULT_PARTITIONS} unless configured otherwise. Topics with the same key ` +
      'have the same number, so that partition i of each holds the same keys; a service checks this when it starts. The number ' +
      'is never raised in place: keys would move to other partitions, away from their state and out of order.',
    '| topic | what | key | partitions | clean-up | kept | written by | read by |\n|---|---|---|---|---|---|---|---|\n' +
      TOPICS.map(row).join('\n'),
    'Only the services named may write or read a topic: give each service its own principal and only these rights. ' +
      'Consumers of the topics behind `ecg.segments` must read with `isolation.level=read_committed`.',
    '## Settings',
    'Topics are created with explicit settings, never by the broker on first use.',
    settings(
      'Deleted by age',
      TOPICS.find((topic) => topic.cleanup === 'delete'),
    ),
    settings(
      'Compacted',
      TOPICS.find((topic) => topic.cleanup === 'compact'),
    ),
  ].join('\n\n');
}
