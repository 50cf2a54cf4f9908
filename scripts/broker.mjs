#!/usr/bin/env node
/** Runs a local broker in the foreground for manual work: node scripts/broker.mjs [--port N] [--data FOLDER] */
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { port: { type: 'string' }, data: { type: 'string' } } });

let startLocalBroker;
try {
  ({ startLocalBroker } = await import('../dist/lib/runtime/local-broker.js'));
} catch {
  process.stderr.write('dist/ is not built yet: run npm run setup\n');
  process.exit(1);
}

try {
  const broker = await startLocalBroker({
    ...(values.port && { port: Number(values.port) }),
    ...(values.data && { dataDir: values.data }),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`KAFKA_BROKERS=${broker.brokers}\n`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void broker.stop());
  await broker.exited;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
