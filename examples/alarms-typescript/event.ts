/** Decodes a value of ecg.alarms to an event, and formats an event as a line. */
import avro, { type Type } from 'avsc';

/** Fields of schemas/ecg.alarms.avsc. Times are milliseconds UTC. */
export interface AlarmEvent {
  /** Id of the episode, the same from its beginning to its end. */
  id: string;
  device: string;
  streams: string[];
  kind: string;
  priority: 'HIGH' | 'MEDIUM' | 'LOW';
  category: 'PHYSIOLOGICAL' | 'TECHNICAL';
  state: 'ACTIVE' | 'ENDED' | 'ACKNOWLEDGED';
  /** Beginning of the episode, device clock. */
  onsetAt: number;
  /** Time of this change, device clock. */
  at: number;
  /** Time of writing, wall clock of the service. */
  emittedAt: number;
  /** True if the change is old: record it, but do not alert anybody. */
  historical: boolean;
  message: string;
  source: { topic: string; partition: number; offset: number } | null;
}

/** Id of that schema if no registry is configured (schemas/ids.json). */
const SCHEMA_ID = 6;
/** Confluent's framing: a zero byte, the schema's id as a big-endian int32, then Avro. */
const HEADER_BYTES = 5;

/** IEC 60601-1-8: the number of marks shows the priority, so that it can be read without colour. */
const MARKS = { HIGH: '***', MEDIUM: '**', LOW: '*' } as const;

/** Returns the decoder for a schema's text. It throws an Error for anything that is not exactly one event. */
export function eventDecoder(schemaText: string): (bytes: Buffer | null) => AlarmEvent {
  const type: Type = avro.Type.forSchema(JSON.parse(schemaText) as avro.Schema);
  return (bytes) => {
    if (bytes === null || bytes.length < HEADER_BYTES || bytes[0] !== 0) throw new Error('not a framed Avro value');
    const id = bytes.readInt32BE(1);
    // With a schema registry the writer's schema would be looked up by this id.
    if (id !== SCHEMA_ID) throw new Error(`schema id ${id} is not ${SCHEMA_ID}, the one this program knows`);
    return type.fromBuffer(bytes.subarray(HEADER_BYTES)) as AlarmEvent;
  };
}

/** One line of text: time by the device clock, priority, bed, kind, state and message. */
export function lineOf({ at, priority, device, kind, state, historical, message }: AlarmEvent): string {
  const past = historical ? ' (historical)' : '';
  return `${new Date(at).toISOString()} ${MARKS[priority].padEnd(3)} ${device} ${kind} ${state}: ${message}${past}`;
}
