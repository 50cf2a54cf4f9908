import { z } from 'zod';
import { kafkaOptions } from '../lib/kafka/options.js';
import { defineOptions, option, type OptionsOf } from '../lib/runtime/options.js';
import { serviceOptions } from '../lib/runtime/service-options.js';

export const decoderOptions = defineOptions({
  ...kafkaOptions,
  ...serviceOptions(9102),
  groupId: option(z.string().min(1), { help: 'Consumer group; one per installation', default: 'decoder-stream' }),
});

export type DecoderConfig = OptionsOf<typeof decoderOptions>;
