import { z } from 'zod';
import { defineOptions, option } from '../runtime/options.js';

/** Options of every command that talks to the broker. */
export const kafkaOptions = defineOptions({
  kafkaBrokers: option(z.array(z.string().regex(/^[^\s:]+:\d{1,5}$/)).min(1), {
    help: 'Kafka brokers',
    env: 'KAFKA_BROKERS',
    allowed: 'host:port, several separated by commas',
    default: ['127.0.0.1:9092'],
  }),
});
