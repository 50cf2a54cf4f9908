// Blocks of docs/audits.md.
import { digits, percent, result, source, table } from './material.mjs';

const hours = (value) => (value === null ? 'over 14 days' : value >= 48 ? `${digits(value / 24, 1)} days` : value >= 1 ? `${digits(value, 1)} h` : `${digits(value * 60, 0)} min`); // prettier-ignore
const streams = (alike) => (alike === 0 ? 'independent' : alike === 1 ? 'all or nothing' : 'half of each');

export function auditEvidence(up) {
  const data = result('audit-evidence');
  const times = data.detection
    .filter(({ multiple }) => multiple <= 10)
    .map(({ kind, beds, multiple, streamsAlike, hours: own, seen }) => [
      `\`${kind}\``,
      String(beds),
      `${percent(multiple * data.alpha, 0)}`,
      streams(streamsAlike),
      hours(own.median),
      hours(own.p90),
      percent(seen, 0),
    ]);
  const alarms = data.falseAlarms.map(({ kind, streamsAlike, reached }) => [
    `\`${kind}\``,
    streams(streamsAlike),
    ...['5', '20', '100'].map((c) => percent(reached[c], 1)),
  ]);
  return [
    `Time until a raised violation rate is detected: alpha ${percent(data.alpha, 0)}, audit share ${percent(data.auditShare, 1)}, the rate raised from the start. "Detected" is the share of runs detected within ${data.longestDays} days.`, // prettier-ignore
    table(['kind', 'beds', 'rate', 'violations within a stream', 'median time', '90% time', 'detected'], times),
    `Share of ${data.falseAlarms[0].processes} processes of one week (200 beds) that ever reach a wealth of 5, 20 or 100 although the rate is exactly alpha; at most 20%, 5% and 1% are allowed. If the records of a stream are alike, \`record\` need not keep to this, and does not.`, // prettier-ignore
    table(['kind', 'violations within a stream', 'reach 5', 'reach 20', 'reach 100'], alarms),
    source('audit-evidence', data, up),
  ].join('\n\n');
}

/** Result of `bench audits`: unseen records through the real chain. */
export function auditReplay(up) {
  const data = result('audits');
  if (data === undefined) return 'The replay has not been measured yet.';
  const rows = data.bounds.map(({ bounds, certified, measured, agrees }) => [
    `${bounds.rhythm}`,
    `${certified.bounds.rhythm}, tau ${certified.tau}: ${certified.k} of ${certified.n}`,
    `${measured.violated} of ${measured.records}`,
    `${percent(measured.rate)} (${percent(measured.interval[0])} to ${percent(measured.interval[1])})`,
    `${digits(measured.payloadGainTotal, 1)}`,
    `${digits(measured.wireGainWithoutAudits, 1)}`,
    `${digits(measured.wireGainTotal, 1)}`,
    `${digits(measured.rhythm.predicted, 4)} / ${digits(measured.rhythm.error, 4)}`,
    agrees ? 'yes' : '**no**',
  ]);
  const { n, test, calibration } = data.records;
  return [
    `${n} records were sent through broker, edge, decoder and tasks, each as a stream of one record, and all were audited: ${test} of the part \`test\`, and ${calibration} of the part \`calibration\`, which the certificates were tested on, but codec, tasks and predictor never saw. Pieces that close early go losslessly. The wire gain counts all frames of a bed's 30 s, without and with the bytes of audits.`, // prettier-ignore
    table(['rhythm bound, nats', 'certificate', 'records above a bound', 'rate (95%)', 'payload gain', 'wire gain', 'wire gain with audits', 'rhythm error, predicted / true', 'metrics agree'], rows), // prettier-ignore
    source('audits', data, up),
  ].join('\n\n');
}

export function inputDrift(up) {
  const data = result('input-drift');
  const largest = (indices) => Object.entries(indices).reduce((a, b) => (b[1] > a[1] ? b : a));
  const beds = data.inputs[0].wards.map((ward) => ward.beds);
  const rows = data.inputs.map(({ input, indices, wards }) => {
    const [feature, index] = largest(indices);
    return [input, `${digits(index, 2)} (\`${feature}\`)`, ...wards.map(({ alerts }) => percent(alerts))];
  });
  const quiet = data.inputs[0].wards.map(({ median, p999 }) => `${digits(median, 2)}, ${digits(p999, 2)}`);
  return [
    table(['input', 'largest index, all records', ...beds.map((count) => `alert, ${count} beds`)], rows),
    `Largest index of a ward without drift, median and 99.9% quantile:`,
    table(beds.map((count) => `${count} beds`), [quiet]), // prettier-ignore
    `Alerts are shares of ${data.drawn} wards, drawn with replacement and with one record per bed, whose index exceeds ${data.limit}. "Deviation" is the record's own standard deviation.`, // prettier-ignore
    source('input-drift', data, up),
  ].join('\n\n');
}
