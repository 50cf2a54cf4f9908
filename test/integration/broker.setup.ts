import type { TestProject } from 'vitest/node';
import { startLocalBroker } from '../../src/lib/runtime/local-broker.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** host:port, as the services take it from KAFKA_BROKERS. */
    kafkaBrokers: string;
  }
}

/** One broker for a ring: tests keep apart by the names of their topics and groups. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['KAFKA_BROKERS'];
  if (given) {
    project.provide('kafkaBrokers', given);
    return undefined;
  }
  const broker = await startLocalBroker();
  project.provide('kafkaBrokers', broker.brokers);
  // For the processes that tests start.
  process.env['KAFKA_BROKERS'] = broker.brokers;
  return async () => {
    delete process.env['KAFKA_BROKERS'];
    await broker.stop();
  };
}
