export { createCodec, decode, encode } from './codec.js';
export { payloadCrc } from './crc32.js';
export { buildFrames, type UnsentSegment } from './frames.js';
export { fixedRegistry, type SchemaRegistry } from './registry.js';
export { valueEnd } from './scan.js';
export * from './types.js';
export { WIRE_REASONS, WireError } from './wire-error.js';
