/** The schema of compressed files, and the CRC of their objects. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import avro, { type Schema, type Type } from 'avsc';
import { crc32 } from '../wire/index.js';

/** Schema file at the package root: three levels up, from src/lib as well as from dist/lib. */
const FILE = new URL('../../../schemas/files/compressed-recordings.avsc', import.meta.url);

let type: Type | undefined;

export function runType(): Type {
  return (type ??= avro.Type.forSchema(JSON.parse(readFileSync(fileURLToPath(FILE), 'utf8')) as Schema));
}

/** Bytes of the CRC at the end of an object. */
const CRC_BYTES = 4;

/** Returns the CRC of an encoded object, computed over all but its last four bytes. */
export function crcOf(object: Buffer): Buffer {
  const crc = Buffer.alloc(CRC_BYTES);
  crc.writeUInt32BE(crc32(object.subarray(0, -CRC_BYTES)));
  return crc;
}
