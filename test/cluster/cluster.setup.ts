import type { TestProject } from 'vitest/node';
import { startCluster } from './cluster.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the cluster: `N.pid` of each broker, 1 to 3, while it runs. */
    clusterFolder: string;
  }
}

/** One cluster for the ring. A broker that a test kills is there again a few seconds later. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster();
  project.provide('kafkaBrokers', cluster.brokers);
  project.provide('clusterFolder', cluster.folder);
  process.env['KAFKA_BROKERS'] = cluster.brokers;
  return async () => {
    delete process.env['KAFKA_BROKERS'];
    await cluster.stop();
  };
}
