import type { Annotation } from '../types.js';
import { MAX_CODE, NOTE, symbolOf } from './codes.js';
import { decimal, invalid } from './text.js';

/**
 * Types of the words in an annotation file that are not annotations. A word has its type in the upper 6 bits and its value in
 * the lower 10.
 */
export const SKIP = 59;
export const NUMBER = 60;
export const SUBTYPE = 61;
export const CHANNEL = 62;
export const AUX = 63;

export interface AnnotationFile {
  /** `sample` counts ticks of `rate`, or frames if that is undefined. */
  readonly annotations: readonly Annotation[];
  /** Ticks per second, if the file states it. */
  readonly rate?: number;
  /** Whether the file has its end mark; a truncated file does not. */
  readonly ended: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Unpacks an MIT-format annotation file (annot(5) of the WFDB Applications Guide). A missing end mark is accepted and reported
 * in `ended`. The notes in which a file states its time resolution and its own types are applied, not returned.
 *
 * @throws DynamicDeepError RECORD_INVALID if a word is cut off or a time lies before the record
 */
export function parseAnnotations(bytes: Buffer, where: string): AnnotationFile {
  const annotations: (Mutable<Annotation> & { code: number })[] = [];
  let time = 0;
  let channel = 0;
  let number = 0;
  let at = 0;
  let ended = false;
  while (at + 2 <= bytes.length) {
    const word = bytes.readUInt16LE(at);
    ended = word === 0;
    if (ended) break;
    at += 2;
    const code = word >> 10;
    const value = word & 0x3ff;
    const last = annotations.at(-1);
    if (code === SKIP) {
      if (at + 4 > bytes.length) throw invalid(where, `a long interval is cut off at byte ${at}`);
      // The upper half comes first, each half in little-endian order.
      time += (bytes.readInt16LE(at) << 16) + bytes.readUInt16LE(at + 2);
      at += 4;
    } else if (code === NUMBER) {
      number = signed8(value);
      if (last) last.number = number;
    } else if (code === SUBTYPE) {
      if (last) last.subtype = signed8(value);
    } else if (code === CHANNEL) {
      channel = value & 0xff;
      if (last) last.channel = channel;
    } else if (code === AUX) {
      if (at + value > bytes.length) throw invalid(where, `an auxiliary text is cut off at byte ${at}`);
      if (last) last.aux = text(bytes.subarray(at, at + value));
      at += value + (value & 1);
    } else {
      time += value;
      if (time < 0) throw invalid(where, `an annotation lies before the start, at byte ${at}`);
      annotations.push({ code, sample: time, symbol: symbolOf(code), subtype: 0, channel, number, aux: '' });
    }
  }
  return { ...interpret(annotations), ended };
}

/** Applies the file's own notes and drops them, along with deleted annotations (type 0) and reserved types. */
function interpret(raw: readonly (Annotation & { code: number })[]): Omit<AnnotationFile, 'ended'> {
  const own = new Map<number, string>();
  let rate: number | undefined;
  const annotations: Annotation[] = [];
  let inDefinitions = false;
  for (const { code, ...annotation } of raw) {
    const { aux } = annotation;
    // Such notes are at the very start of a file; later ones are a reader's remarks.
    const isNote = code === NOTE && annotation.sample === 0 && annotations.length === 0;
    if (isNote && aux.startsWith('## time resolution:')) {
      const stated = decimal(aux.slice('## time resolution:'.length).trim());
      if (stated !== undefined && stated > 0) rate = stated;
    } else if (isNote && aux === '## annotation type definitions') {
      inDefinitions = true;
    } else if (isNote && aux === '## end of definitions') {
      inDefinitions = false;
    } else if (isNote && inDefinitions) {
      const match = /^(\d{1,2}) (\S+)/u.exec(aux);
      if (match?.[2] !== undefined) own.set(Number(match[1]), match[2]);
    } else if (code > 0 && code <= MAX_CODE) {
      annotations.push({ ...annotation, symbol: own.get(code) ?? annotation.symbol });
    }
  }
  return rate === undefined ? { annotations } : { annotations, rate };
}

/** Decodes a text; many have a closing NUL. */
function text(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/\0+$/, '');
}

function signed8(value: number): number {
  return (value << 24) >> 24;
}
