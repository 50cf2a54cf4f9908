/** The schema of compressed files, and the check over their objects. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import avro, { type Schema, type Type } from 'avsc';
import { crc32 } from '../wire/index.js';

/** schemas/ at the root of the package: the same three levels up from src/lib and from dist/lib. */
const FILE = new URL('../../../schemas/files/compressed-recordings.avsc', import.meta.url);

let type: Type | undefined;

export function runType(): Type {
  return (type ??= avro.Type.forSchema(JSON.parse(readFileSync(fileURLToPath(FILE), 'utf8')) as Schema));
}

/** Bytes of the CRC, which end an object. */
const CRC_BYTES = 4;

/** The CRC of an object from its encoding, whose last four bytes are not looked at. */
export function crcOf(object: Buffer): Buffer {
  const crc = Buffer.alloc(CRC_BYTES);
  crc.writeUInt32BE(crc32(object.subarray(0, -CRC_BYTES)));
  return crc;
}
