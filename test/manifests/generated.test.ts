import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULT_PARTITIONS, TOPICS } from '../../src/lib/kafka/index.js';
import { topicConfig } from '../../src/lib/kafka/topics.js';
import { at, documentsOf, pathOf, type Manifest } from './objects.js';

const { generatedFiles } = (await import(new URL('../../scripts/k8s/generated-files.mjs', import.meta.url).href)) as {
  generatedFiles: (source: object) => Promise<Record<string, string>>;
};

const files = await generatedFiles({ topics: TOPICS, topicConfig, partitions: DEFAULT_PARTITIONS });

it.each(Object.keys(files))('%s is as node scripts/k8s/generate.mjs writes it', (path) => {
  expect(readFileSync(pathOf(path), 'utf8')).toBe(files[path]);
});

it('there is a KafkaTopic for every topic, with its partitions and settings', () => {
  const topics = documentsOf(files['k8s/topics/topics.yaml'] ?? '') as Manifest[];
  expect(topics.map(({ metadata }) => metadata.name)).toEqual(TOPICS.map(({ name }) => name));
  for (const [i, topic] of TOPICS.entries()) {
    const partitions = topic.partitions === 'shared' ? DEFAULT_PARTITIONS : topic.partitions;
    expect(at(topics[i], 'spec')).toEqual({ partitions, replicas: 3, config: topicConfig(topic, 3) });
  }
});
