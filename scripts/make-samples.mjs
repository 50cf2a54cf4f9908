// Makes samples/ from copies of two public PhysioNet databases (ODC-BY 1.0):
//   mitdb/     MIT-BIH Arrhythmia Database       https://physionet.org/content/mitdb/1.0.0/
//   cinc2017/  CinC Challenge 2017, training set https://physionet.org/content/challenge-2017/1.0.0/
// Usage, after `npm run build`: node scripts/make-samples.mjs <folder that holds mitdb/ and cinc2017/>
import { copyFile, mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const { readAnnotations, readRecording, writeAnnotations } = await import(
  new URL('../dist/lib/signal/wfdb/index.js', import.meta.url).href
);

const SAMPLES = fileURLToPath(new URL('../samples/', import.meta.url));

/** Copied byte for byte, from the test part of models/splits/cinc2017.csv. */
const CINC = ['A00282', 'A00624', 'A00823', 'A01938', 'A02370', 'A04040', 'A05798'];

/** Start and end in seconds of the original record. */
const MITDB = [
  { record: '100', name: 'mitdb-100-normal', from: 0, to: 300 },
  { record: '202', name: 'mitdb-202-af', from: 1000, to: 1480 },
  { record: '228', name: 'mitdb-228-pvc', from: 0, to: 300 },
];

const source = process.argv[2];
if (source === undefined) {
  console.error('usage: node scripts/make-samples.mjs <folder that holds mitdb/ and cinc2017/>');
  process.exit(2);
}
await mkdir(SAMPLES, { recursive: true });
for (const record of CINC) {
  for (const extension of ['hea', 'mat']) {
    await copyFile(
      path.join(source, 'cinc2017', `${record}.${extension}`),
      path.join(SAMPLES, `${record}.${extension}`),
    );
  }
}
for (const excerpt of MITDB) await cut(excerpt);

/** Cuts both leads as stored: two leads of format 212 take 3 bytes a frame, so that every cut falls between bytes. */
async function cut({ record, name, from, to }) {
  const original = path.join(source, 'mitdb', record);
  const whole = await readRecording(original, { from: 0, to: 0 });
  const [first, last] = [from * whole.rate, to * whole.rate];
  const part = await readRecording(original, { from: first, to: last });
  await writeFile(path.join(SAMPLES, `${name}.dat`), await bytesOf(`${original}.dat`, first * 3, last * 3));
  const lines = part.leads.map(({ name: lead, samples, gain, baseline }) => {
    const sum = samples.reduce((total, value) => (total + value) & 0xffff, 0);
    return `${name}.dat 212 ${gain} 11 ${baseline} ${samples[0]} ${(sum << 16) >> 16} 0 ${lead}`;
  });
  const header = [`${name} ${part.leads.length} ${whole.rate} ${last - first}`, ...lines, ''];
  await writeFile(path.join(SAMPLES, `${name}.hea`), header.join('\n'));
  await writeAnnotations(SAMPLES, name, excerptOf(await readAnnotations(original), first, last));
}

/** The annotations of an excerpt, beginning with the rhythm in force at its start. */
function excerptOf(annotations, first, last) {
  const rhythm = annotations.findLast(({ sample, symbol }) => symbol === '+' && sample <= first);
  const inside = annotations.filter((a) => a.sample >= first && a.sample < last && a !== rhythm);
  const carried = rhythm ? [{ ...rhythm, sample: first }] : [];
  return [...carried, ...inside].map((annotation) => ({ ...annotation, sample: annotation.sample - first }));
}

async function bytesOf(file, from, to) {
  const handle = await open(file);
  const bytes = Buffer.alloc(to - from);
  await handle.read(bytes, 0, bytes.length, from);
  await handle.close();
  return bytes;
}
