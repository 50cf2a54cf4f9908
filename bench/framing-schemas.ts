/** Frame schemas that are not, or no longer, in use, for comparison: one per variant, without documentation. */
import avro from 'avsc';

const header = (fields: readonly object[], segment: readonly object[], crc: unknown) =>
  avro.Type.forSchema({
    type: 'record',
    name: 'SegmentFrame',
    fields: [
      { name: 'version', type: 'int' },
      { name: 'model', type: { type: 'fixed', name: 'ModelId', size: 8 } },
      ...fields,
      { name: 'segments', type: { type: 'array', items: { type: 'record', name: 'Segment', fields: segment } } },
      { name: 'crc', type: crc },
    ],
  } as avro.Schema);

const rest = [
  { name: 'length', type: 'int' },
  { name: 'rung', type: 'int' },
  { name: 'policyVersion', type: 'int' },
  { name: 'ageMs', type: 'int' },
  { name: 'flags', type: 'int' },
  { name: 'predicted', type: ['null', { type: 'array', items: 'float' }] },
  { name: 'payload', type: 'bytes' },
];

/** Until November 2026: every segment names its stream and epoch, and carries all its fields. */
export const BEFORE = header(
  [{ name: 'sentAt', type: 'long' }],
  [
    { name: 'stream', type: 'string' },
    { name: 'epoch', type: 'long' },
    { name: 'sequence', type: 'int' },
    { name: 'start', type: 'long' },
    ...rest,
  ],
  'long',
);

/** Channels, but no deviation: each segment carries all its fields; zeros stand for a whole window's place and length. */
export const FLAT = header(
  [
    { name: 'run', type: 'long' },
    { name: 'sentAt', type: 'long' },
  ],
  [{ name: 'channel', type: 'int' }, { name: 'sequence', type: 'int' }, { name: 'shift', type: 'long' }, ...rest],
  { type: 'fixed', name: 'Crc32', size: 4 },
);
