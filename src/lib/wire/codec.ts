import avro, { type Schema, type Type } from 'avsc';

import { fixedRegistry, type SchemaRegistry } from './registry.js';
import { scanAvro } from './scan.js';
import type { TopicValues, WireTopic } from './types.js';
import { assertPlainValue } from './value-check.js';
import { WireError } from './wire-error.js';

/** Confluent's framing: byte 0, then the schema id as a big-endian int32, then Avro. */
const MAGIC = 0;
const HEADER = 5;

export interface WireCodec {
  /**
   * Encodes the value of a record. Throws WireError VALUE_INVALID, with the path, if a field is missing, unknown, of the wrong
   * type, NaN or infinite: a metric or a bound must never meet such a number that came over the wire.
   */
  encode<T extends WireTopic>(topic: T, value: TopicValues[T]): Buffer;
  /** Decodes the value of a record. Throws WireError (MESSAGE_INVALID with a reason) for anything but exactly one value. */
  decode<T extends WireTopic>(topic: T, bytes: Buffer | null): TopicValues[T];
}

interface Reader {
  readonly writer: Type;
  /** Set if the writer's schema differs from the reader's. */
  readonly resolver?: ReturnType<Type['createResolver']>;
}

export function createCodec(registry: SchemaRegistry = fixedRegistry()): WireCodec {
  const readerTypes = new Map<WireTopic, Type>();
  const readers = new Map<string, Reader>();

  const readerType = (topic: WireTopic): Type => {
    const known = readerTypes.get(topic);
    if (known !== undefined) return known;
    const type = typeOf(registry.readerSchema(topic));
    readerTypes.set(topic, type);
    return type;
  };

  const readerFor = (topic: WireTopic, id: number): Reader => {
    const key = `${topic} ${id}`;
    const known = readers.get(key);
    if (known !== undefined) return known;
    const schema = registry.writerSchema(topic, id);
    if (schema === undefined) throw new WireError('SCHEMA_UNKNOWN', `Schema id ${id} is not known for ${topic}.`);
    const reader = createReader(readerType(topic), typeOf(schema), topic, id);
    readers.set(key, reader);
    return reader;
  };

  return {
    encode(topic, value) {
      const type = readerType(topic);
      assertPlainValue(type, value, topic);
      const body = type.toBuffer(value);
      const bytes = Buffer.allocUnsafe(HEADER + body.length);
      bytes.writeUInt8(MAGIC, 0);
      bytes.writeInt32BE(registry.currentId(topic), 1);
      body.copy(bytes, HEADER);
      return bytes;
    },

    decode<T extends WireTopic>(topic: T, bytes: Buffer | null): TopicValues[T] {
      if (bytes === null) throw new WireError('VALUE_NULL', `A record of ${topic} has no value.`);
      if (bytes.length < HEADER) throw new WireError('VALUE_SHORT', `${bytes.length} bytes are no framed Avro value.`);
      if (bytes[0] !== MAGIC) throw new WireError('MAGIC_WRONG', `The first byte is ${bytes.readUInt8(0)}, not 0.`);
      const reader = readerFor(topic, bytes.readInt32BE(1));
      const body = bytes.subarray(HEADER);
      scanAvro(reader.writer, body);
      let value: unknown;
      try {
        value =
          reader.resolver === undefined
            ? reader.writer.fromBuffer(body)
            : readerType(topic).fromBuffer(body, reader.resolver);
      } catch (error) {
        throw new WireError('AVRO_MALFORMED', `The value is not what the schema of ${topic} says.`, { cause: error });
      }
      // The peer may be another program: what our own encoder refuses is refused here too.
      assertPlainValue(readerType(topic), value, topic);
      return value as TopicValues[T];
    },
  };
}

/** Makes records plain data: avsc's methods would look like fields to code that walks over them. */
function typeOf(schema: Schema): Type {
  return avro.Type.forSchema(schema, { omitRecordMethods: true });
}

function createReader(reader: Type, writer: Type, topic: WireTopic, id: number): Reader {
  if (reader.equals(writer)) return { writer };
  try {
    return { writer, resolver: reader.createResolver(writer) };
  } catch (error) {
    throw new WireError('SCHEMA_INCOMPATIBLE', `Schema id ${id} cannot be read as ${topic}.`, { cause: error });
  }
}

/** The codec with the repository's fixed schema ids. */
const fixed = createCodec();
export const encode: WireCodec['encode'] = (topic, value) => fixed.encode(topic, value);
export const decode: WireCodec['decode'] = (topic, bytes) => fixed.decode(topic, bytes);
