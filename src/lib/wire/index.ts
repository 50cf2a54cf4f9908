export { createCodec, decode, encode, type WireCodec } from './codec.js';
export { payloadCrc } from './crc32.js';
export { fixedRegistry, type SchemaRegistry } from './registry.js';
export * from './types.js';
export { WIRE_REASONS, WireError, type WireReason } from './wire-error.js';
