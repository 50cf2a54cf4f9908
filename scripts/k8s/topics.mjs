/** Strimzi's KafkaTopic resources, made from the table of topics in src/lib/kafka/topics.ts. */
import { stringify } from 'yaml';

/** This label names the cluster; Strimzi's topic operator watches that cluster's namespace. */
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
        // The installation's number of partitions, equal for all topics with this label: an overlay sets it for all or none.
        ...(isShared ? { 'dynamic-deep/partitions': 'shared' } : {}),
      },
    },
    spec: { partitions: isShared ? partitions : topic.partitions, replicas, config },
  };
}

/**
 * Text of the whole file, one document per topic.
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
