import { expect, it } from 'vitest';
import { brokerProperties } from '../../../src/lib/runtime/broker-properties.js';

it('never makes a topic by itself, and listens on this machine alone', () => {
  const text = brokerProperties({ client: 1, controller: 2 }, '/data');
  expect(text).toContain('auto.create.topics.enable=false\n');
  expect(text).toContain('listeners=CLIENT://127.0.0.1:1,CONTROLLER://127.0.0.1:2\n');
});

it('advertises a second listener at the port of its proxy', () => {
  const text = brokerProperties({ client: 1, controller: 2, extra: { port: 3, advertisedPort: 4 } }, '/data');
  expect(text).toContain('listeners=CLIENT://127.0.0.1:1,CONTROLLER://127.0.0.1:2,EXTRA://127.0.0.1:3\n');
  expect(text).toContain('advertised.listeners=CLIENT://127.0.0.1:1,EXTRA://127.0.0.1:4\n');
});

it('lets the caller win, with each key once', () => {
  const text = brokerProperties({ client: 1, controller: 2 }, '/data', {
    'num.io.threads': '7',
    'log.retention.ms': '1',
  });
  expect(text.match(/num\.io\.threads=.*/g)).toEqual(['num.io.threads=7']);
  expect(text).toContain('log.retention.ms=1\n');
});
