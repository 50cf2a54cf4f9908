/** Formats a trace for a person: facts on the window, then one row per stage. */
import Table from 'cli-table3';
import type { Stage, Trace } from './trace-report.js';

/** Returns several lines without a trailing line break. */
export function traceText(trace: Trace): string {
  const { stream, device, gateway, lead, window, models, clockRate, repeats, otherEpochs } = trace;
  const facts = [
    `stream ${stream} of device ${device}, lead ${lead}, by gateway ${gateway}, clock rate ${clockRate}`,
    `segment ${window.sequence} of epoch ${iso(window.epoch)}, record ${window.record}`,
    `device time ${iso(window.from)} to ${iso(window.to)}, samples ${window.start} to ${window.start + window.length} at 300 Hz`,
    `${rungText(trace)}${predictedText(trace)}`,
    `models: codec ${models.codec}, rhythm ${models.rhythm ?? '–'}, peaks ${models.peaks ?? '–'}`,
    ...(repeats > 0 ? [`sent ${repeats + 1} times: the decoder keeps the first`] : []),
    ...otherEpochs.map((epoch) => `the older epoch ${iso(epoch)} has a window at that time too`),
  ];
  const table = new Table({
    head: ['stage', 'wall time', 'ms after last sample', 'ms after previous', 'record', ''],
    colAligns: ['left', 'left', 'right', 'right', 'left', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const stage of trace.stages) table.push(row(stage));
  return [...facts, table.toString()].join('\n');
}

function row({ stage, at, afterLastSampleMs, afterPreviousMs, place, detail }: Stage): string[] {
  const number = (ms: number | null): string => ms?.toFixed(0) ?? '–';
  const where = place === null ? '' : `${place.topic} ${place.partition}/${place.offset}`;
  return [stage, at === null ? '–' : iso(at), number(afterLastSampleMs), number(afterPreviousMs), where, detail];
}

function rungText({ rung, payloadBytes, nativeBytes, flags }: Trace): string {
  const native = nativeBytes === null ? '' : ` for ${nativeBytes} native ones`;
  return [`rung ${rung}`, `${payloadBytes} payload bytes${native}`, ...flags].join(', ');
}

function predictedText({ predicted }: Trace): string {
  if (predicted === null) return '';
  return `; predicted rhythm ${predicted.rhythm?.toPrecision(3) ?? '–'} nats, peaks ${predicted.peaks?.toPrecision(3) ?? '–'}`;
}

/** Formats milliseconds UTC as ISO 8601; drops fractions of a millisecond. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
