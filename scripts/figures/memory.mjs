// Memory of models at the edge in the paper's unit: thousands of bytes, four a number. Files have two bytes a number.
import { digits, hasModel, kilobytes, manifest } from './material.mjs';

/** Bytes at the edge in the paper: 83,000 numbers. */
const PAPER_BYTES = 332_000;
const NUMBER_BYTES = 4;
/** The weights of contexts stay JavaScript numbers. */
const CONTEXT_BYTES = 8;

const sum = (values) => values.reduce((total, value) => total + value, 0);
const megabytes = (bytes) => `${digits(bytes / 1e6, 2)} MB`;
const thousands = (count) => count.toLocaleString('en-US');

/** How many numbers some networks of a model have, or all of them. */
export function numbersOf(name, keys) {
  const { networks } = manifest(name);
  const own = keys ?? Object.keys(networks);
  return sum(own.flatMap((key) => networks[key].weights.map(({ shape }) => shape.reduce((a, b) => a * b, 1))));
}

function countNumbers(value) {
  if (typeof value === 'number') return 1;
  return sum(Object.values(value).map(countNumbers));
}

/** Numbers by which the ladder codes: cumulative frequencies of each table (one more than its counts), weights of contexts. */
export function codingNumbers() {
  const coded = manifest('codec').parameters.ladder.filter(({ counts }) => counts !== undefined);
  const tables = coded.flatMap(({ counts, coding }) => [
    ...counts,
    ...[coding?.scales, coding?.offsets, coding?.ends?.counts].filter((own) => own !== undefined),
  ]);
  return {
    frequencies: sum(tables.map((own) => own.length + 1)),
    contexts: sum(coded.map(({ coding }) => (coding === undefined ? 0 : countNumbers(coding.contexts)))),
  };
}

const limit = (bytes) => `${bytes <= PAPER_BYTES ? 'within' : 'above'} the paper's ${kilobytes(PAPER_BYTES)}`;

function denseNumbers() {
  return hasModel('codec/dense') ? numbersOf('codec/dense') : numbersOf('codec', ['predictor']);
}

/** Memory of encoder and dense predictor, to which the paper's limit applies. */
export function denseMemory() {
  const [encoder, dense] = [numbersOf('codec', ['encoder']), denseNumbers()];
  const bytes = NUMBER_BYTES * (encoder + dense);
  return `With the codec's encoder (${thousands(encoder)} numbers) it has ${thousands(encoder + dense)} numbers: ${kilobytes(bytes)} at four bytes each, as the paper counts, ${limit(bytes)}. Its own ${thousands(dense)} numbers take ${kilobytes(NUMBER_BYTES * dense)}.`;
}

/** Rows of the overview: the memory of an edge, by predictor. */
export function edgeMemory() {
  const { networks, parameters } = manifest('codec');
  const encoder = numbersOf('codec', ['encoder']);
  const decoder = numbersOf('codec', ['decoder', ...('borders' in networks ? ['borders'] : [])]);
  const predicting = encoder + denseNumbers();
  const { frequencies, contexts } = codingNumbers();
  const tables = NUMBER_BYTES * frequencies + CONTEXT_BYTES * contexts;
  const rungs = parameters.ladder.map(({ name }) => `\`${name}\``).join(', ');
  const bytes = {
    encoder: NUMBER_BYTES * encoder,
    coder: NUMBER_BYTES * encoder + tables,
    predicting: NUMBER_BYTES * predicting,
    dense: NUMBER_BYTES * (predicting + decoder) + tables,
    synthesis: NUMBER_BYTES * (encoder + decoder + numbersOf('rhythm') + numbersOf('peaks')) + tables,
  };
  return [
    [
      'edge, encoder alone',
      kilobytes(bytes.encoder),
      `${thousands(encoder)} numbers, ${limit(bytes.encoder)}; rungs ${rungs}`,
    ],
    [
      'edge, encoder and entropy tables',
      kilobytes(bytes.coder),
      `in addition to the encoder, ${thousands(frequencies)} cumulative frequencies (${kilobytes(NUMBER_BYTES * frequencies)}) and ${thousands(contexts)} context weights of ${CONTEXT_BYTES} bytes (${kilobytes(CONTEXT_BYTES * contexts)}): ${limit(bytes.coder)} (the paper has no entropy coder)`,
    ],
    [
      'edge, encoder and dense predictor',
      kilobytes(bytes.predicting),
      `${thousands(predicting)} numbers, without entropy tables and decoder: ${limit(bytes.predicting)}`,
    ],
    [
      'edge, `--predictor dense`',
      megabytes(bytes.dense),
      'loaded: encoder, dense predictor, entropy tables, and the decoder with its correction of window ends, which a bound on PRDN needs',
    ],
    [
      'edge, `--predictor synthesis` (default)',
      megabytes(bytes.synthesis),
      `loaded: encoder, entropy tables, decoder, rhythm classifier and RPnet: ${digits(bytes.synthesis / PAPER_BYTES, 0)} times the paper's ${kilobytes(PAPER_BYTES)}`,
    ],
  ];
}

/** Note for below a table with `edgeMemory`. */
export const memoryUnit = (up) =>
  `The memory of the edge counts only the models' numbers, four bytes each as in the paper; KB are thousands of bytes. Model files have two bytes a number. [docs/choosing.md](${up}docs/choosing.md#what-it-costs) has the memory of the whole process.`;
