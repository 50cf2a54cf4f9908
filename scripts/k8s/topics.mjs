/** KafkaTopic resources of Strimzi from the table of topics, src/lib/kafka/topics.ts. */
import { stringify } from 'yaml';

/** Strimzi's topic operator watches the namespace of the cluster that this label names. */
const CLUSTER = 'ecg';

const HEAD =
  '# Made from src/lib/kafka/topics.ts by `node scripts/k8s/generate.mjs`: do not edit by hand; a test compares them.\n';

function kafkaTopic(topic, config, { partitions, replicas }) {
  const isShared = topic.partitions === 'shared';
  return {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaTopic',
    metadata: {
      name: topic.name,
      labels: {
        'strimzi.io/cluster': CLUSTER,
        // The installation's number, equal among all topics with this label: an overlay sets it for all or for none.
        ...(isShared ? { 'dynamic-deep/partitions': 'shared' } : {}),
      },
    },
    spec: { partitions: isShared ? partitions : topic.partitions, replicas, config },
  };
}

/**
 * The whole file, a document a topic.
 *
 * @param topics the table
 * @param topicConfig (topic, replicas) -> the topic's settings, as Kafka names them
 * @param size the installation's partitions, and replicas
 */
export function topicManifests(topics, topicConfig, size) {
  return (
    HEAD + topics.map((topic) => stringify(kafkaTopic(topic, topicConfig(topic, size.replicas), size))).join('---\n')
  );
}
