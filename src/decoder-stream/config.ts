import { z } from 'zod';
import { kafkaOptions } from '../lib/kafka/options.js';
import { defineOptions, option, type OptionsOf } from '../lib/runtime/options.js';
import { serviceOptions } from '../lib/runtime/service-options.js';

export const decoderOptions = defineOptions({
  ...kafkaOptions,
  ...serviceOptions(9102),
  groupId: option(z.string().min(1), { help: 'Consumer group; one per installation', default: 'decoder-stream' }),
  olderCodecs: option(z.string().min(1).optional(), {
    help: 'Folder of older codecs to decode by besides that of the models folder, a folder each; codecs/ of the models folder by default',
    allowed: 'a folder',
  }),
});

export type DecoderConfig = OptionsOf<typeof decoderOptions>;
