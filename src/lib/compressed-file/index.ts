export { mostSamples } from './extent.js';
export { RunOrder } from './order.js';
export { invalid, readRuns } from './read.js';
export type { FileSegment, LeadHeader, SegmentRun } from './types.js';
export { CompressedFileWriter } from './write.js';
