// Blocks about compression: README.md and models/codec/README.md.
import { binomialInterval, digits, digitsOrNone, hasModel, identityOf, percent, result, source, table, warningOf } from './material.mjs'; // prettier-ignore
import { seenByCompression } from './looks.mjs';

/** Methods whose figures do not depend on the run's bound, and those that are shown at each bound. */
const ONCE = ['ladder-default', 'gzip', 'lossless'];
const AT_EACH = ['ladder-predictor', 'ladder-dense', 'ladder-oracle', 'paper-predictor-added', 'paper-oracle-3'];

/** Whether a result is that of the shipped dense predictor; results from before its own manifest name none. */
const isOfShippedDense = ({ dense }) => !hasModel('codec/dense') || dense === identityOf('codec/dense');

export function compression(up) {
  const data = result('compression');
  if (data === undefined) return 'The comparison on the part `test` has not been made yet.';
  const byBound = [...data.scores].sort((a, b) => a.bound - b.bound);
  const { models, records } = byBound[0];
  const entry = ({ methods }, name) => methods.find((method) => method.name === name);
  // An oracle promises nothing, and a predictor chooses by a certificate or not at all, except this one.
  const standing = ({ name, certified }) => (name === 'ladder-dense' && certified === null ? ', not certified' : '');
  const row = (method, bound) => [
    `\`${method.name}\`${standing(method)}`,
    bound === null ? '' : String(bound),
    digitsOrNone(method.payloadGainTotal, 1),
    digitsOrNone(method.wireGainTotal, 1),
    digitsOrNone(method.payloadGainMean, 1),
    digitsOrNone(method.prdnMedian, 1),
    digitsOrNone(method.f1Micro, 3),
    percent(method.stepsChanged),
    percent(method.violationsAdded),
  ];
  const rows = [
    ...ONCE.map((name) => row(entry(byBound[0], name), null)),
    ...AT_EACH.filter((name) => name !== 'ladder-dense' || isOfShippedDense(models))
      .flatMap((name) => byBound.map((own) => [entry(own, name), own.bound]))
      .filter(([method]) => method !== undefined && method.reason === null)
      .map(([method, bound]) => row(method, bound)),
  ];
  return [
    ...warningOf({ codec: models.codec, rhythm: models.rhythm, peaks: models.rpnet }),
    table(
      ['method', 'bound', 'payload gain', 'wire gain', 'mean payload gain', 'PRDN, %', 'micro F1', 'steps changed', 'records above bound'], // prettier-ignore
      rows,
    ),
    `${records} records of the part \`test\`: ${seenByCompression(up)}. On the originals, micro F1 is ${digits(entry(byBound[0], 'raw').f1Micro, 3)}. \`ladder-oracle\` uses one rung for a whole record, while the edge mixes rungs, so it is not an upper limit. Gains are totals unless stated otherwise. Wire gain counts everything in the broker's log for a gateway of 200 beds, including audits.`,
    source('compression', data, up),
  ].join('\n\n');
}

/** For the codec's card: what ships, with the interval of the share of records above the bound. */
export function ladderRecords(up) {
  const data = result('compression');
  if (data === undefined) return 'The comparison on the part `test` has not been made yet.';
  const { models, records } = data.scores[0];
  const shown = [...data.scores]
    .sort((a, b) => a.bound - b.bound)
    .flatMap(({ methods }, i) => methods.filter(({ name }) => name === 'ladder-predictor' || (i === 0 && name === 'ladder-default'))); // prettier-ignore
  const rows = shown.map((method) => {
    const above = Math.round(method.violationsAdded * records);
    const share = binomialInterval(above, records).map((value) => digits(100 * value, 2));
    const { rhythm, peaks, reconstruction } = method.bounds;
    return [
      `${rhythm} / ${peaks} / ${reconstruction === null ? 'none' : `${reconstruction}%`}`,
      digitsOrNone(method.payloadGainTotal, 1),
      digitsOrNone(method.peaksF1, 4),
      percent(method.stepsChanged),
      `${above} of ${records} (${share.join(' to ')}%)`,
    ];
  });
  return [
    ...warningOf({ codec: models.codec, rhythm: models.rhythm, peaks: models.rpnet }),
    table(['bounds: rhythm / peaks / PRDN', 'payload gain', 'F1 of beats', 'steps changed', 'records above the rhythm bound (95%)'], rows), // prettier-ignore
    `${records} records of the part \`test\`: ${seenByCompression(up)}. Intervals are exact binomial ones; gains are totals over the records and have no interval.`,
    source('compression', data, up),
  ].join('\n\n');
}

/** The models with which the report with the curves of Fig. 4 was made. */
export function curvesOf(up) {
  const data = result('compression-curves');
  const { codec, rhythm, rpnet } = data.models;
  return [...warningOf({ codec, rhythm, peaks: rpnet }), source('compression-curves', data, up)].join('\n\n');
}
