/**
 * What a bound on PRDN costs: the ladder codes the validation records as the edge does, under several bounds.
 * `node bench/run.mjs readability CINC_FOLDER`. Measured by the code of `evaluate compression`.
 */
import { SHIPPED_BOUNDS } from '../src/lib/runtime/bound-options.js';
import { codeRecords, type CodedRecord } from '../src/training/evaluation/compression/coded-record.js';
import { MethodTally } from '../src/training/evaluation/compression/method-tally.js';
import type { Method } from '../src/training/evaluation/compression/methods.js';
import { Outcomes } from '../src/training/evaluation/compression/outcomes.js';
import { synthesisPredictor, withTau } from '../src/training/evaluation/compression/predictors.js';
import { byPrediction, throughout, type Rule } from '../src/training/evaluation/compression/rules.js';
import { quantile } from '../src/training/evaluation/compression/summary.js';
import { loadCompressionSystem } from '../src/training/evaluation/compression/system.js';
import { STANDARD_WARD } from '../src/training/evaluation/compression/ward.js';
import { writeResult } from './result.js';
import { remembering } from './remembering.js';
import { selectionRecords } from './validation.js';

/** PRDN bounds in percent, by rhythm bound in nats. */
const PRDN_BOUNDS = [
  [0.25, [8, 10, 12, 15, 18, 20, 25, 30, 40, Infinity]],
  [0.75, [10, 15, 20, 30, Infinity]],
] as const;
/** Bounds at which every candidate is decoded for comparison. */
const EXHAUSTIVE = [10, 15, 20] as const;
const BATCH = 8;

const [cinc] = process.argv.slice(2);
if (cinc === undefined) throw new Error('usage: node bench/run.mjs readability CINC_FOLDER');
const records = await selectionRecords(cinc);
const { codecs, inference, hashes } = await loadCompressionSystem('models');
const { ladder } = codecs.codec;
const networks = remembering(inference, codecs.codec.decodeLatents);
const codec = { ...codecs.codec, decodeLatents: networks.decode };
const predictor = synthesisPredictor(codec, networks.inference, withTau(ladder.synthesisTau ?? 0));
const edge = byPrediction(predictor, ladder);

const prdnOf = (coded: CodedRecord, window: number, rung: number): number =>
  throughout(coded, ladder.rungs[rung]!.name)[window]!.prdn;

/** Chooses as the edge would if it decoded every candidate. */
const exhaustive: Rule = (batch, bounds, outcomes) => {
  const filtered = batch.map((coded) => ({
    ...coded,
    windows: coded.windows.map((own, window) => ({
      ...own,
      candidates: own.candidates.filter(({ rung }) => prdnOf(coded, window, rung) <= bounds.reconstruction),
    })),
  }));
  return edge(filtered, { ...bounds, reconstruction: Infinity }, outcomes);
};

/** PRDN of every window as sent, percent, by method. */
const sentPrdn = new Map<string, number[]>();
const watched =
  (name: string, rule: Rule): Rule =>
  async (batch, bounds, outcomes) => {
    const sent = await rule(batch, bounds, outcomes);
    sentPrdn.set(name, [...(sentPrdn.get(name) ?? []), ...sent.flat().map(({ prdn }) => prdn)]);
    return sent;
  };

const method = (search: string, rule: Rule, rhythm: number, reconstruction: number): Method => {
  const name = `${search} ${rhythm} ${reconstruction}`;
  return { name, rule: watched(name, rule), bounds: { ...SHIPPED_BOUNDS, rhythm, reconstruction }, chooses: false };
};
const methods = [
  ...PRDN_BOUNDS.flatMap(([rhythm, bounds]) => bounds.map((prdn) => method('edge', edge, rhythm, prdn))),
  ...EXHAUSTIVE.map((prdn) => method('exhaustive', exhaustive, PRDN_BOUNDS[0][0], prdn)),
];
const outcomes = new Outcomes(networks.inference);
const tally = new MethodTally(methods, ladder, STANDARD_WARD);
/** PRDN of all windows by rung, if that rung codes them; below, how often it rises from one rung of a kind to the next finer. */
const byRung = new Map<string, number[]>();
let [steps, rises] = [0, 0];
const started = Date.now();
for (let first = 0; first < records.length; first += BATCH) {
  const batch = await codeRecords(records.slice(first, first + BATCH), { codec, paper: undefined, cae: undefined });
  for (const coded of batch) {
    for (const { name } of ladder.rungs) {
      byRung.set(name, [...(byRung.get(name) ?? []), ...throughout(coded, name).map(({ prdn }) => prdn)]);
    }
    coded.windows.forEach(({ candidates }, window) => {
      for (const kind of ['transform', 'neural'] as const) {
        const family = candidates.filter(({ code }) => code.rung.kind === kind).sort((a, b) => b.gain - a.gain);
        const prdns = family.map(({ rung }) => prdnOf(coded, window, rung));
        steps += Math.max(0, prdns.length - 1);
        rises += prdns.slice(1).filter((own, i) => own > prdns[i]!).length;
      }
    });
  }
  await tally.add(batch, outcomes);
  networks.forget();
  console.error(`${first + batch.length}/${records.length} records, ${Math.round((Date.now() - started) / 1000)} s`);
}

const rounded = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(4)));
const spread = (values: readonly number[]) => {
  const at = (share: number): number | null => rounded(quantile(values, share));
  return { p5: at(0.05), q1: at(0.25), median: at(0.5), q3: at(0.75), p95: at(0.95), largest: at(1) };
};
writeResult('readability', {
  part: 'selection, the last 30%',
  records: records.length,
  models: hashes,
  rungPrdn: Object.fromEntries([...byRung].map(([name, values]) => [name, spread(values)])),
  prdnRises: { steps, rises },
  methods: tally.finish().map((entry) => {
    const { name, bounds, payloadGainTotal, payloadGainMean, wireGainTotal, prdnMedian, rungShares } = entry;
    const { f1Micro, stepsChanged, violationsAdded, peaksF1 } = entry;
    const windows = sentPrdn.get(name)!;
    const gains = [payloadGainTotal, payloadGainMean, wireGainTotal].map(rounded);
    return {
      search: name.split(' ')[0],
      bounds,
      payloadGainTotal: gains[0],
      payloadGainMean: gains[1],
      wireGainTotal: gains[2],
      recordPrdnMedian: rounded(prdnMedian),
      windowPrdn: spread(windows),
      f1Micro: rounded(f1Micro),
      stepsChanged: rounded(stepsChanged),
      peaksF1: rounded(peaksF1),
      violationsAdded: rounded(violationsAdded),
      rungShares: Object.fromEntries(Object.entries(rungShares ?? {}).map(([rung, share]) => [rung, rounded(share)])),
    };
  }),
});
