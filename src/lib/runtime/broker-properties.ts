export interface BrokerPorts {
  client: number;
  controller: number;
  /** A second listener, advertised at another port: a proxy between the two can then disturb its clients alone. */
  extra?: { port: number; advertisedPort: number };
}

const HOST = '127.0.0.1';
const MEBIBYTE = 1024 * 1024;

/** server.properties of a broker that is its own controller, on one machine, with one copy of everything. */
export function brokerProperties(ports: BrokerPorts, logFolder: string, own: Record<string, string> = {}): string {
  const at = (port: number): string => `${HOST}:${port}`;
  const listeners = [`CLIENT://${at(ports.client)}`, `CONTROLLER://${at(ports.controller)}`];
  const advertised = [`CLIENT://${at(ports.client)}`];
  const protocols = ['CLIENT:PLAINTEXT', 'CONTROLLER:PLAINTEXT'];
  if (ports.extra) {
    listeners.push(`EXTRA://${at(ports.extra.port)}`);
    advertised.push(`EXTRA://${at(ports.extra.advertisedPort)}`);
    protocols.push('EXTRA:PLAINTEXT');
  }
  const properties: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${at(ports.controller)}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'CLIENT',
    'listener.security.protocol.map': protocols.join(','),
    listeners: listeners.join(','),
    'advertised.listeners': advertised.join(','),
    'log.dirs': logFolder,

    // A topic exists because somebody created it with its settings, never because of a typing error.
    'auto.create.topics.enable': false,
    ...singleCopies(),

    // A consumer group starts at once instead of waiting for further members; tests may choose short sessions (ms).
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // After SIGKILL the controller accepts the same broker again when its old session has ended (ms).
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,

    // Sized for a laptop that runs everything else too (bytes).
    'num.network.threads': 2,
    'num.io.threads': 2,
    'background.threads': 2,
    'log.cleaner.threads': 1,
    'log.cleaner.dedupe.buffer.size': 4 * MEBIBYTE,
    'log.segment.bytes': 64 * MEBIBYTE,
    'log.index.size.max.bytes': MEBIBYTE,
    ...own,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** Kafka's internal topics want three brokers and up to 50 partitions unless told otherwise. */
function singleCopies(): Record<string, number> {
  return {
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
  };
}
