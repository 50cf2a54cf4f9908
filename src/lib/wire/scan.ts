import avro, { type Type } from 'avsc';

import { WireError } from './wire-error.js';

/**
 * Walks Avro bytes by their schema without building values, and throws a WireError if they do not match. It runs before avsc,
 * which reads past the end of a short buffer, and which a damaged block count of 2^40 would keep busy until memory ends.
 */
class Cursor {
  at = 0;
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  skip(count: number): void {
    if (count > this.left)
      throw new WireError('AVRO_TRUNCATED', `Avro value ends ${count - this.left} bytes too early.`);
    this.at += count;
  }

  byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new WireError('AVRO_TRUNCATED', 'Avro value ends inside a field.');
    this.at++;
    return byte;
  }

  /** A zigzag varint of at most `maxBytes` bytes: 5 for int, 10 for long. Exact up to 2^53. */
  varint(maxBytes: number): number {
    let raw = 0n;
    for (let read = 0; read < maxBytes; read++) {
      const byte = this.byte();
      raw |= BigInt(byte & 0x7f) << BigInt(7 * read);
      if (byte < 0x80) return Number((raw >> 1n) ^ -(raw & 1n));
    }
    throw new WireError('AVRO_MALFORMED', `Avro number is longer than ${maxBytes} bytes.`);
  }

  /** Checks a count or length: not negative, and not above what is left (each item takes at least `itemBytes`). */
  count(value: number, itemBytes: number): number {
    if (value < 0) throw new WireError('AVRO_MALFORMED', `Avro length ${value} is negative.`);
    if (value * itemBytes > this.left) throw new WireError('AVRO_TRUNCATED', `Avro length ${value} exceeds the value.`);
    return value;
  }
}

const { types } = avro;

const INT = 5;
const LONG = 10;

function integer(cursor: Cursor, maxBytes: number, limit: number): number {
  const value = cursor.varint(maxBytes);
  if (value < -limit || value > limit) throw new WireError('AVRO_MALFORMED', `Avro number ${value} is out of range.`);
  return value;
}

function index(cursor: Cursor, size: number, what: string): number {
  const value = cursor.varint(INT);
  if (value < 0 || value >= size) throw new WireError('AVRO_MALFORMED', `Avro ${what} ${value} is not one of ${size}.`);
  return value;
}

/** Walks an array or a map: blocks of items. A negative count is followed by the block's size in bytes. */
function blocks(cursor: Cursor, item: () => void): void {
  for (;;) {
    let count = cursor.varint(LONG);
    if (count === 0) return;
    if (count < 0) {
      count = -count;
      cursor.count(cursor.varint(LONG), 1);
    }
    // Every item of these schemas takes at least one byte.
    for (cursor.count(count, 1); count > 0; count--) item();
  }
}

function text(cursor: Cursor): void {
  cursor.skip(cursor.count(cursor.varint(LONG), 1));
}

function walk(type: Type, cursor: Cursor): void {
  if (type instanceof types.RecordType) {
    for (const field of type.fields) walk(field.type, cursor);
  } else if (type instanceof types.ArrayType) {
    blocks(cursor, () => {
      walk(type.itemsType, cursor);
    });
  } else if (type instanceof types.MapType) {
    blocks(cursor, () => {
      text(cursor);
      walk(type.valuesType as Type, cursor);
    });
  } else if (type instanceof types.UnwrappedUnionType || type instanceof types.WrappedUnionType) {
    const branch = type.types[index(cursor, type.types.length, 'branch')];
    if (branch !== undefined) walk(branch, cursor);
  } else if (type instanceof types.EnumType) {
    index(cursor, type.symbols.length, 'symbol');
  } else if (type instanceof types.FixedType) {
    cursor.skip(type.size);
  } else if (type instanceof types.BytesType || type instanceof types.StringType) {
    text(cursor);
  } else if (type instanceof types.IntType) {
    integer(cursor, INT, 2 ** 31);
  } else if (type instanceof types.LongType) {
    // avsc loses precision above 2^52; nothing on our topics comes near.
    integer(cursor, LONG, 2 ** 52);
  } else if (type instanceof types.FloatType) {
    cursor.skip(4);
  } else if (type instanceof types.DoubleType) {
    cursor.skip(8);
  } else if (type instanceof types.BooleanType) {
    if (cursor.byte() > 1) throw new WireError('AVRO_MALFORMED', 'Avro boolean is neither 0 nor 1.');
  } else if (!(type instanceof types.NullType)) {
    throw new WireError('SCHEMA_INCOMPATIBLE', `Avro type ${type.typeName} is not supported.`);
  }
}

/** Throws a WireError unless `bytes` are exactly one value of `type`. */
export function scanAvro(type: Type, bytes: Buffer): void {
  const left = bytes.length - valueEnd(type, bytes);
  if (left > 0) throw new WireError('AVRO_TRAILING', `${left} bytes follow the Avro value.`);
}

/** Returns the length in bytes of the value of `type` at the start of `bytes`. Throws a WireError if there is none. */
export function valueEnd(type: Type, bytes: Buffer): number {
  const cursor = new Cursor(bytes);
  walk(type, cursor);
  return cursor.at;
}
