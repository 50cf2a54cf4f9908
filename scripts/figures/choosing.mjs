// What choosing a rung costs the edge: the block of docs/choosing.md.
import { digits, percent, result, source, table, warningOf } from './material.mjs';

const mebibytes = (bytes) => digits(bytes / 2 ** 20, 2);

export function choosing(up) {
  const data = result('choosing');
  if (data === undefined) return 'It has not been measured yet.';
  const { dense, synthesis, bounds, models } = data;
  const columns = [synthesis, dense];
  const row = (name, of) => [name, ...columns.map(of)];
  const shares = ({ rungs, windows }) =>
    Object.entries(rungs)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `\`${name}\` ${percent(count / windows)}`)
      .join(', ');
  return [
    ...warningOf({ codec: models.codec, rhythm: models.rhythm, peaks: models.peaks }),
    table(
      ['', '`--predictor synthesis`', '`--predictor dense`'],
      [
        row('CPU a window, every rung coded, ms', ({ cpuMsPerWindow }) => digits(cpuMsPerWindow, 1)),
        row('beds a core (a window lasts 5.97 s)', ({ bedsPerCore }) => digits(bedsPerCore, 0)),
        row('weights at the edge, MiB', ({ networkBytes }) => mebibytes(networkBytes)),
        row('resident memory of the process, MiB', ({ residentBytes }) => digits(residentBytes / 2 ** 20, 0)),
        row('candidates asked about, a window', ({ candidatesPerWindow }) =>
          candidatesPerWindow === undefined ? '–' : digits(candidatesPerWindow, 2),
        ),
        row('total payload gain', ({ payloadGainTotal }) => digits(payloadGainTotal, 1)),
        row('rungs', shares),
      ],
    ),
    `${synthesis.windows} windows of the first leads of [samples/](${up}samples), all streams together as one linger brings them, at bounds of ${bounds.rhythm} nats and ${bounds.peaks}. The synthesis predictor takes ${digits(data.cpuRatio, 1)} times the CPU of the dense one. These recordings are few: the gains say nothing of others.`,
    source('choosing', data, up),
  ].join('\n\n');
}
