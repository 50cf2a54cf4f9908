import { fileURLToPath } from 'node:url';
import kafkajs, { type Admin } from 'kafkajs';
import * as prettier from 'prettier';
import { describe, expect, it } from 'vitest';

import { checkTopics, createTopics } from '../../../src/lib/kafka/topics-admin.js';
import { topicsPage } from '../../../src/lib/kafka/topics-page.js';
import { TOPICS, topicConfig, topicSpec } from '../../../src/lib/kafka/topics.js';
import { TOPICS as WIRE_TOPICS } from '../wire/samples.js';

/** `npx vitest -u` writes the page anew. */
it('docs/topics.md is what the table says', async () => {
  const path = new URL('../../../docs/topics.md', import.meta.url);
  const options = await prettier.resolveConfig(path);
  const page = await prettier.format(topicsPage(), { ...options, parser: 'markdown' });
  await expect(page).toMatchFileSnapshot(fileURLToPath(path));
});

it('every topic with a schema is in the table', () => {
  expect(TOPICS.map(({ name }) => name).sort()).toEqual([...WIRE_TOPICS].sort());
});

it('what is read whole before a partition opens is compacted within minutes, not after a day', () => {
  const settings = (name: string) => topicConfig(topicSpec(name), 3);
  expect(settings('ecg.alarm-state')).toMatchObject({
    'cleanup.policy': 'compact',
    'min.compaction.lag.ms': '0',
    'segment.ms': '600000',
    'segment.bytes': '16777216',
  });
  expect(settings('ecg.policy')).toMatchObject({ 'segment.ms': '86400000' });
  expect(settings('ecg.policy')).not.toHaveProperty('segment.bytes');
});

describe('checkTopics', () => {
  const admin = (changes: { counts?: Record<string, number>; config?: Record<string, string>; names?: string[] }) => {
    const names = changes.names ?? TOPICS.map(({ name }) => name);
    return {
      listTopics: () => Promise.resolve(names),
      fetchTopicMetadata: ({ topics }: { topics: string[] }) =>
        Promise.resolve({
          topics: topics.map((name) => {
            const spec = TOPICS.find((topic) => topic.name === name)!;
            const count = changes.counts?.[name] ?? (spec.partitions === 'shared' ? 12 : spec.partitions);
            return { name, partitions: Array.from({ length: count }) };
          }),
        }),
      describeConfigs: ({ resources }: { resources: { name: string }[] }) =>
        Promise.resolve({
          resources: resources.map(({ name }) => {
            const config = {
              ...topicConfig(
                TOPICS.find((topic) => topic.name === name)!,
                1,
              ),
              ...changes.config,
            };
            const configEntries = Object.entries(config).map(([configName, configValue]) => ({
              configName,
              configValue,
            }));
            return { resourceName: name, configEntries };
          }),
        }),
    } as never;
  };
  const all = TOPICS.map(({ name }) => name);

  it('accepts what the table says', async () => {
    expect((await checkTopics(admin({}), all)).get('ecg.segments')).toBe(12);
  });

  it('names every absent topic', async () => {
    await expect(
      checkTopics(admin({ names: ['ecg.segments'] }), ['ecg.segments', 'ecg.audits', 'ecg.signals']),
    ).rejects.toMatchObject({
      code: 'TOPIC_MISSING',
      message: expect.stringContaining('ecg.audits, ecg.signals') as string,
    });
  });

  it('refuses partition counts by which records would not meet', async () => {
    await expect(
      checkTopics(admin({ counts: { 'ecg.audits': 6 } }), ['ecg.segments', 'ecg.audits']),
    ).rejects.toMatchObject({
      code: 'TOPIC_MISCONFIGURED',
      message: expect.stringContaining('gateway') as string,
    });
    // Topics with different keys need not agree.
    await checkTopics(admin({ counts: { 'ecg.segments': 6, 'ecg.audits': 6 } }), [
      'ecg.segments',
      'ecg.audits',
      'ecg.signals',
    ]);
    await expect(checkTopics(admin({ counts: { 'ecg.deadletter': 3 } }), ['ecg.deadletter'])).rejects.toThrow(
      /3 partitions/,
    );
  });

  it('refuses settings that lose records', async () => {
    await expect(checkTopics(admin({ config: { 'cleanup.policy': 'delete' } }), ['ecg.streams'])).rejects.toThrow(
      /cleanup/,
    );
    await expect(checkTopics(admin({ config: { 'max.message.bytes': '1000' } }), ['ecg.signals'])).rejects.toThrow(
      /1000/,
    );
  });
});

describe('createTopics', () => {
  /** An admin whose creation answers `error`, and whose topics have a leader from the `ready`-th look on. */
  const admin = (ready: number, error?: Error): Admin & { looks: () => number } => {
    let looks = 0;
    return {
      looks: () => looks,
      createTopics: () => (error === undefined ? Promise.resolve(true) : Promise.reject(error)),
      fetchTopicMetadata: ({ topics }: { topics: string[] }) =>
        Promise.resolve({ topics: topics.map((name) => ({ name, partitions: [{ leader: ++looks >= ready ? 1 : -1 }] })) }), // prettier-ignore
      fetchTopicOffsets: () => Promise.resolve([]),
    } as never;
  };
  const topics = [{ topic: 'a' }];
  const failure = (type: string): Error =>
    new kafkajs.KafkaJSAggregateError('Topic creation errors', [Object.assign(new Error(type), { type })]);

  it('waits until every partition has a leader', async () => {
    const one = admin(3);
    await createTopics(one, topics, 10_000);
    expect(one.looks()).toBe(3);
  });

  it('gives up where a partition never has one, though nothing throws', async () => {
    await expect(createTopics(admin(Infinity), topics, 200)).rejects.toMatchObject({
      code: 'TOPIC_MISSING',
      message: expect.stringContaining('within 200 ms: a') as string,
    });
  });

  it.each([
    failure('TOPIC_ALREADY_EXISTS'),
    failure('REQUEST_TIMED_OUT'),
    new kafkajs.KafkaJSRequestTimeoutError('Request CreateTopics timed out'),
  ])('waits also where the controller says %s: the topics come all the same', async (error) => {
    const one = admin(2, error);
    await createTopics(one, topics, 10_000);
    expect(one.looks()).toBe(2);
  });

  it('passes on what no waiting mends', async () => {
    await expect(createTopics(admin(1, failure('INVALID_REPLICATION_FACTOR')), topics)).rejects.toThrow(/creation/);
  });
});
