// Sources of the figures (committed results, manifests and splits), and how numbers are written.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

export const ROOT = new URL('../../', import.meta.url);

const bytesOf = (path) => readFileSync(new URL(path, ROOT));
const read = (path) => JSON.parse(bytesOf(path).toString('utf8'));

/** A committed result; undefined if it has not been measured. */
export function result(name) {
  const path = `bench/results/${name}.json`;
  return existsSync(new URL(path, ROOT)) ? read(path) : undefined;
}

export const manifest = (name) => read(`models/${name}/manifest.json`);

/** Whether a models folder has a manifest of this name. */
export const hasModel = (name) => existsSync(new URL(`models/${name}/manifest.json`, ROOT));

/** The identity of a model: the SHA-256 of its manifest, hexadecimal. */
export const identityOf = (name) => createHash('sha256').update(bytesOf(`models/${name}/manifest.json`)).digest('hex'); // prettier-ignore

/** Number of records in each part of a split, by the name of the part. */
export function partsOf(split) {
  const counts = new Map();
  for (const line of bytesOf(`models/splits/${split}.csv`).toString('utf8').split('\n')) {
    const part = line.trim().split(',')[1];
    if (part !== undefined) counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return counts;
}

/** Throws if a figure is missing: a document must not say NaN. */
function known(value) {
  if (!Number.isFinite(value)) throw new Error(`a figure is missing: ${value}`);
  return value;
}

export const digits = (value, count) => known(value).toFixed(count);
/** The same for a figure that may legitimately be missing, as null. */
export const digitsOrNone = (value, count) => (value === null ? 'none' : digits(value, count));
export const percent = (share) => `${digits(100 * share, 1)}%`;
/** Thousands of bytes, as the paper counts. */
export const kilobytes = (bytes) => `${digits(bytes / 1000, 0)} KB`;
export const interval = (range, count = 3) =>
  range === null ? 'none' : `${digits(range[0], count)} to ${digits(range[1], count)}`;
export const withInterval = (value, range, count) =>
  value === null ? 'none' : `${digits(value, count)} (${interval(range, count)})`;

/** Exact 95% binomial interval of a share of n, by bisection (Clopper and Pearson, 1934). */
export function binomialInterval(count, n) {
  const tail = (p, from, to) => {
    let [sum, logChoose] = [0, 0];
    for (let k = 0; k <= to; k++) {
      if (k > 0) logChoose += Math.log((n - k + 1) / k);
      if (k >= from) sum += Math.exp(logChoose + k * Math.log(p) + (n - k) * Math.log1p(-p));
    }
    return sum;
  };
  const where = (isAbove) => {
    let [low, high] = [0, 1];
    for (let i = 0; i < 50; i++) {
      const middle = (low + high) / 2;
      if (isAbove(middle)) high = middle;
      else low = middle;
    }
    return low;
  };
  return [
    count === 0 ? 0 : where((p) => 1 - tail(p, 0, count - 1) > 0.025),
    count === n ? 1 : where((p) => tail(p, 0, count) < 0.025),
  ];
}

/** `up` is the path from the document to the root of the repository. */
export const source = (name, { machine, commit }, up) =>
  `_[bench/results/${name}.json](${up}bench/results/${name}.json): ${machine.cores} cores of ${machine.cpu}, Node ${machine.node.slice(1)}, commit ${commit.slice(0, 7)}._`;

/** Those models, named with their hashes, that are not the shipped ones, and what to call them. */
const notShipped = (models) =>
  Object.entries(models)
    .filter(([name, hash]) => hash !== identityOf(name))
    .map(([name, hash]) => ({ name, called: `\`${name}\` ${hash.slice(0, 8)}` }));

/** A warning if any of the models, named with their hashes, is not the shipped one; otherwise empty. */
export function warningOf(
  models,
  what = 'Measured with',
  consequence = 'The shipped models have not been measured this way yet',
) {
  const others = notShipped(models);
  if (others.length === 0) return [];
  const said = others.map(({ name, called }) => `${called}, shipped: ${identityOf(name).slice(0, 8)}`);
  return [
    `**${what} ${others.length === 1 ? 'an earlier model' : 'earlier models'}** (${said.join('; ')}). ${consequence}.`,
  ];
}

/** A warning if a codec was trained through other tasks than those that ship, and with which its errors were measured. */
export function trainedThrough({ through, selection }) {
  const others = notShipped(selection.tasks ?? through).map(({ called }) => called);
  const consequence = `Its errors were measured with ${others.length === 0 ? 'the shipped ones' : others.join(' and ')}`;
  return warningOf(through, 'Trained through', consequence);
}

export function table(head, rows) {
  // Columns are padded as Prettier pads them, so that both agree on the document.
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((cells) => cells[i].length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Block on what is shipped: files with their SHA-256. */
export const identity =
  (name, carried = "The manifest's SHA-256 is the model's identity on the wire.") =>
  () => {
    const { version, training, networks } = manifest(name);
    const files = Object.values(networks).map(({ file, bytes, sha256 }) => [
      `\`${file}\``,
      String(bytes),
      `\`${sha256}\``,
    ]);
    return [
      `Version ${version} of ${training.date}, seed ${training.seed}. ${carried}`,
      table(['file', 'bytes', 'SHA-256'], [['`manifest.json`', '', `\`${identityOf(name)}\``], ...files]),
    ].join('\n\n');
  };

/** Sentence on the records on which a tau was chosen and its effect there. */
export function saidOf({ tau, bounds, records, violations, rungs, lossy }) {
  const shares = rungs === undefined ? [`lossy rungs ${percent(lossy)}`] : Object.entries(rungs).filter(([, share]) => share > 0).map(([name, share]) => `\`${name}\` ${percent(share)}`); // prettier-ignore
  return `A predicted error may be at most tau = ${tau} times its bound. On the ${records} validation records, at rhythm ${bounds[0]} nats and peaks ${bounds[1]}, the windows then go by ${shares.join(', ')}, and ${percent(violations)} of the records exceed a bound. This is a choice made on these records, not a certificate.`;
}
