import { DynamicDeepError } from '../../errors/index.js';
import type { Annotation } from '../types.js';
import { AUX, CHANNEL, NUMBER, SKIP, SUBTYPE } from './annotation-bytes.js';
import { codeOf } from './codes.js';

/**
 * Packs annotations, which must be in order of time, into an MIT-format file.
 *
 * @throws DynamicDeepError RECORD_INVALID for an unknown mnemonic, a time that runs backwards, a text over 255 bytes
 */
export function encodeAnnotations(annotations: readonly Annotation[]): Buffer {
  const parts: Buffer[] = [];
  const word = (type: number, value: number): void => {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE((type << 10) | (value & 0x3ff));
    parts.push(bytes);
  };
  let time = 0;
  let channel = 0;
  let number = 0;
  for (const annotation of annotations) {
    const { sample, symbol, subtype, aux } = annotation;
    const code = codeOf(symbol);
    const interval = sample - time;
    const text = Buffer.from(aux, 'latin1');
    if (code === undefined) throw refused(annotation, 'its mnemonic is unknown');
    if (!Number.isSafeInteger(sample) || interval < 0 || interval >= 2 ** 31)
      throw refused(annotation, 'its time is out of order');
    if (text.length > 255) throw refused(annotation, 'its text is longer than 255 bytes');
    if (!isInt8(subtype) || !isInt8(annotation.number) || (annotation.channel & 0xff) !== annotation.channel) {
      throw refused(annotation, 'a field does not fit its byte');
    }
    if (interval > 0x3ff) {
      const long = Buffer.alloc(4);
      long.writeUInt16LE(interval >>> 16, 0);
      long.writeUInt16LE(interval & 0xffff, 2);
      word(SKIP, 0);
      parts.push(long);
    }
    word(code, interval > 0x3ff ? 0 : interval);
    if (subtype !== 0) word(SUBTYPE, subtype & 0xff);
    // Channel and number hold until they change.
    if (annotation.channel !== channel) word(CHANNEL, annotation.channel);
    if (annotation.number !== number) word(NUMBER, annotation.number & 0xff);
    if (text.length > 0) {
      word(AUX, text.length);
      parts.push(text, Buffer.alloc(text.length & 1));
    }
    ({ channel, number } = annotation);
    time = sample;
  }
  word(0, 0);
  return Buffer.concat(parts);
}

function isInt8(value: number): boolean {
  return Number.isInteger(value) && value >= -128 && value <= 127;
}

function refused({ sample }: Annotation, why: string): DynamicDeepError {
  return new DynamicDeepError('RECORD_INVALID', `the annotation at frame ${sample} cannot be written: ${why}`);
}
