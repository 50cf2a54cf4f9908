import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DynamicDeepError } from '../../errors/index.js';
import { MISSING, type Annotation, type Lead, type Recording } from '../types.js';
import { encodeAnnotations } from './annotation-encode.js';

const RECORD_NAME = /^[A-Za-z0-9_-]+$/;
/** Formats with their code of a missing sample, narrowest first. */
const WIDTHS = [
  { format: 16, bytes: 2, missing: -(2 ** 15) },
  { format: 24, bytes: 3, missing: -(2 ** 23) },
  { format: 32, bytes: 4, missing: -(2 ** 31) },
] as const;

/**
 * Writes `<dir>/<name>.hea` and `.dat`: format 16 with checksums, or 24 or 32 if a sample does not fit, so that reading gives
 * the same samples back. The folder is created if it does not exist. Both files are first written as `FILE.partial` and renamed
 * once they are complete.
 *
 * @throws DynamicDeepError RECORD_INVALID if leads cannot share a frame
 */
export async function writeRecording(dir: string, recording: Recording): Promise<void> {
  const { name, rate, leads } = recording;
  checkName(name);
  const perFrame = leads.map((lead) => samplesPerFrame(lead, rate));
  const frames = leads.length === 0 ? 0 : leads[0]!.samples.length / perFrame[0]!;
  if (!Number.isInteger(frames) || leads.some((lead, k) => lead.samples.length !== frames * perFrame[k]!)) {
    throw new DynamicDeepError('RECORD_INVALID', `${name}: leads of different duration cannot share a record`);
  }
  const width = WIDTHS.find(({ missing }) => leads.every(({ samples }) => samples.every((v) => fits(v, missing))))!;
  const lines = leads.map((lead, k) => {
    const spf = perFrame[k] === 1 ? '' : `x${perFrame[k]!}`;
    const stored = lead.samples.map((value) => (value === MISSING ? width.missing : value));
    const sum = stored.reduce((total, value) => (total + value) & 0xffff, 0);
    const first = stored[0] ?? 0;
    const gain = `${lead.calibrated || lead.foreignUnit ? lead.gain : 0}(${lead.baseline})/${lead.foreignUnit ?? 'mV'}`;
    const label = lead.name.replace(/\s+/g, ' ').trim();
    return `${name}.dat ${width.format}${spf} ${gain} ${resolution(lead)} ${first} ${(sum << 16) >> 16} 0 ${label}`.trim();
  });
  const start = recording.start ? ` ${stamp(recording.start)}` : '';
  await mkdir(dir, { recursive: true });
  // The header comes last: without it there is no record.
  await writeTogether([
    [path.join(dir, `${name}.dat`), interleave(leads, perFrame, frames, width)],
    [path.join(dir, `${name}.hea`), [`${name} ${leads.length} ${rate} ${frames}${start}`, ...lines, ''].join('\n')],
  ]);
}

/** Writes all files before it renames the first into place; if writing fails, the old files stay untouched. */
async function writeTogether(files: readonly (readonly [place: string, content: string | Buffer])[]): Promise<void> {
  const partial = (place: string): string => `${place}.partial`;
  try {
    for (const [place, content] of files) await writeFile(partial(place), content);
    for (const [place] of files) await rename(partial(place), place);
  } catch (error) {
    for (const [place] of files) await rm(partial(place), { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * Writes `<dir>/<record>.<extension>` in MIT format.
 *
 * @param annotations in order of time
 * @throws DynamicDeepError RECORD_INVALID if the format cannot hold an annotation
 */
export async function writeAnnotations(
  dir: string,
  record: string,
  annotations: readonly Annotation[],
  extension = 'atr',
): Promise<void> {
  checkName(record);
  checkName(extension);
  await mkdir(dir, { recursive: true });
  await writeFile(path.join(dir, `${record}.${extension}`), encodeAnnotations(annotations));
}

/** Whether this is a valid name of a record or annotator. */
export function isRecordName(name: string): boolean {
  return RECORD_NAME.test(name);
}

function checkName(name: string): void {
  if (isRecordName(name)) return;
  throw new DynamicDeepError('RECORD_INVALID', 'the name of a record or annotator holds letters, digits, _ and - only');
}

function samplesPerFrame(lead: Lead, rate: number): number {
  const ratio = Math.round(lead.rate / rate);
  if (ratio >= 1 && Math.abs(ratio * rate - lead.rate) < 1e-6 * rate) return ratio;
  throw new DynamicDeepError('RECORD_INVALID', `lead ${lead.name}: ${lead.rate} Hz is no multiple of the frame rate`);
}

/** ADC resolution and zero of the lead's rails; '0 0' if unknown: the range of the storage format is not a rail. */
function resolution({ rails }: Lead): string {
  const bits = rails === undefined ? 0 : Math.log2(rails.high - rails.low + 1);
  return rails === undefined || !Number.isInteger(bits) ? '0 0' : `${bits} ${rails.low + 2 ** (bits - 1)}`;
}

function fits(value: number, missing: number): boolean {
  return value === MISSING || (value > missing && value < -missing);
}

function interleave(
  leads: readonly Lead[],
  perFrame: readonly number[],
  frames: number,
  width: (typeof WIDTHS)[number],
): Buffer {
  const total = perFrame.reduce((sum, count) => sum + count, 0);
  const out = Buffer.alloc(frames * total * width.bytes);
  let at = 0;
  for (let frame = 0; frame < frames; frame++) {
    leads.forEach(({ samples }, k) => {
      for (let s = 0; s < perFrame[k]!; s++, at += width.bytes) {
        const value = samples[frame * perFrame[k]! + s]!;
        out.writeIntLE(value === MISSING ? width.missing : value, at, width.bytes);
      }
    });
  }
  return out;
}

/** Base time and date of a header, in UTC. */
function stamp(start: Date): string {
  const iso = start.toISOString();
  return `${iso.slice(11, 23)} ${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)}`;
}
