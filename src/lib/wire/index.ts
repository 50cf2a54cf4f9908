export { CHANNELS_DECLARED, ChannelTable } from './channels.js';
export { createCodec, decode, encode } from './codec.js';
export { crc32 } from './crc32.js';
export { buildFrames, isIntact, type FrameTopic } from './frames.js';
export { fixedRegistry, type SchemaRegistry } from './registry.js';
export { valueEnd } from './scan.js';
export { resolveSegments, type ResolvedSegment, type UnsentSegment } from './segments.js';
export * from './types.js';
export { WIRE_REASONS, WireError } from './wire-error.js';
