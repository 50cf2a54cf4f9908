/**
 * Draws what a bound on PRDN lets through: `node bench/run.mjs strips CINC_FOLDER MITDB_FOLDER OUT`. Each strip is one window
 * coded by the rung with the largest gain within that strip's bound, whatever the tasks say. Writes SVG.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePieceCodes, type WindowCandidates } from '../src/lib/codec/window-encoder.js';
import { openCodec } from '../src/lib/offline/codec.js';
import { CandidateDecoder } from '../src/lib/prediction/candidate-decoder.js';
import { MODEL_RATE, WINDOW } from '../src/lib/signal/grid.js';
import { wholePiece } from '../src/lib/signal/pieces.js';
import { readRecording } from '../src/lib/signal/wfdb/index.js';
import { stripPage, type Strip } from './strip-page.js';

/** PRDN bounds, percent. */
const BOUNDS = [5, 10, 12, 15, 20, 25, 30, 40] as const;
/** Bounds to look at closely. */
const CLOSE = [15, 20, 25] as const;
/** Seconds into a record at which a strip lies. */
const AT = 13;

/** Validation records of CinC 2017 by their label, one for each bound. */
const MIXED = {
  N: ['A06355', 'A06414', 'A06528', 'A06606', 'A06765', 'A07002', 'A07318', 'A08243'],
  A: ['A06736', 'A06836', 'A06925', 'A07101', 'A07304', 'A07428', 'A07771', 'A08023'],
  O: ['A06357', 'A06456', 'A06757', 'A07017', 'A07249', 'A07350', 'A07781', 'A08208'],
} as const;
/** Training patients of MIT-BIH, one per bound, with the second to show and the annotators' finding for the title. */
const PATIENTS = [
  ...[
    ['106', 900, 'ventricular ectopy'],
    ['203', 300, 'AF'],
    ['207', 120, 'left bundle branch block'],
  ],
  ...[
    ['208', 200, 'PVCs'],
    ['212', 100, 'right bundle branch block'],
    ['217', 130, 'paced, AF'],
  ],
  ...[
    ['219', 90, 'AF'],
    ['231', 400, 'AV block'],
  ],
] as const;
/** Windows that are shown at every bound. */
const SAME = [
  ...[
    ['N', 'A06528'],
    ['A', 'A06836'],
    ['A', 'A07304'],
    ['O', 'A07017'],
  ],
] as const;

const [cinc, mitdb, out] = process.argv.slice(2);
if (cinc === undefined || mitdb === undefined || out === undefined) {
  throw new Error('usage: node bench/run.mjs strips CINC_FOLDER MITDB_FOLDER OUT');
}
const codec = await openCodec(join('models', 'codec'));
const { ladder } = codec;
const decoder = new CandidateDecoder(ladder, codec.decode);

async function windowOf(path: string, seconds: number): Promise<{ window: WindowCandidates; nativeBytes: number }> {
  const lead = (await readRecording(path)).leads[0]!;
  const piece = wholePiece(lead.samples, Math.floor((seconds * MODEL_RATE) / WINDOW), lead.rate);
  let found: WindowCandidates | undefined;
  await encodePieceCodes([{ piece, stream: path, lead }], {
    ladder,
    encode: codec.encode,
    bounds: { rhythm: 0, peaks: 0 },
    choose: ([own]) => {
      found = own;
      return Promise.resolve([undefined]);
    },
  });
  return { window: found!, nativeBytes: 2 * piece.count };
}

interface Ranked {
  readonly prdn: number;
  readonly strip: Strip;
}

async function stripOf(path: string, seconds: number, bound: number, about: string): Promise<Ranked> {
  const { window, nativeBytes } = await windowOf(path, seconds);
  const decoded = await decoder.decode(window.candidates.map((candidate) => [window, candidate] as const));
  const kept = window.candidates
    .map((candidate, i) => ({ ...candidate, ...decoded[i]! }))
    .filter(({ prdn }) => prdn <= bound)
    .sort((a, b) => b.gain - a.gain)[0];
  const at = `${Math.round(window.start / MODEL_RATE)} s`;
  const how =
    kept === undefined
      ? `lossless, PRDN 0%, bound ${bound}%`
      : `${kept.code.rung.name}, PRDN ${kept.prdn.toFixed(1)}%, bound ${bound}%, gain ${(nativeBytes * kept.gain).toFixed(0)}`;
  const title = `${about}, ${at}: ${how}`;
  const strip = { title, original: window.millivolts, decoded: kept?.sent ?? window.millivolts };
  return { prdn: kept?.prdn ?? 0, strip };
}

function write(name: string, heading: string, ranked: readonly Ranked[]): void {
  const strips = ranked.toSorted((a, b) => a.prdn - b.prdn).map(({ strip }) => strip);
  writeFileSync(join(out!, `${name}.svg`), stripPage(`${heading}; black: original, blue: decoded`, strips));
  console.log(join(out!, `${name}.svg`));
}

mkdirSync(out, { recursive: true });
const labels = new Map(
  readFileSync(join(cinc, 'REFERENCE-v3.csv'), 'utf8')
    .split('\n')
    .map((line) => line.split(',') as [string, string]),
);
for (const [label, names] of Object.entries(MIXED)) {
  const ranked: Ranked[] = [];
  for (const [i, name] of names.entries()) {
    if (labels.get(name) !== label) throw new Error(`${name} is not labelled ${label}`);
    ranked.push(await stripOf(join(cinc, name), AT, BOUNDS[i]!, name));
  }
  write(`cinc-${label}`, `CinC 2017, ${label}, validation records`, ranked);
}
// Small waves are lost first: those of AF under the bounds among which to choose.
for (const bound of CLOSE) {
  const ranked: Ranked[] = [];
  for (const name of MIXED.A) ranked.push(await stripOf(join(cinc, name), AT, bound, name));
  write(`cinc-A-${bound}`, `CinC 2017, A, validation records under a bound of ${bound}%`, ranked);
}
const patients: Ranked[] = [];
for (const [i, [name, seconds, about]] of PATIENTS.entries()) {
  patients.push(await stripOf(join(mitdb, name), seconds, BOUNDS[i]!, `${name} (${about})`));
}
write('mitbih', 'MIT-BIH, first leads, training patients', patients);
for (const [label, name] of SAME) {
  const ranked: Ranked[] = [];
  for (const bound of BOUNDS) ranked.push(await stripOf(join(cinc, name), AT, bound, name));
  write(`same-${label}-${name}`, `CinC 2017 ${name}, ${label}: one window under each bound`, ranked);
}
for (const [name, seconds, about] of PATIENTS.filter(([name]) => ['219', '231', '207'].includes(name))) {
  const ranked: Ranked[] = [];
  for (const bound of BOUNDS) ranked.push(await stripOf(join(mitdb, name), seconds, bound, name));
  write(`same-mitbih-${name}`, `MIT-BIH ${name}, ${about}: one window under each bound`, ranked);
}
