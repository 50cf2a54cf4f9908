/** The live table: redrawn in place on a terminal; elsewhere one line now and then. */
import Table from 'cli-table3';
import { createLogUpdate } from 'log-update';
import { percentile } from './summary.js';
import type { Tally } from './tally.js';

export interface LiveView {
  draw(tally: Tally): void;
  done(): void;
}

const LINE_MS = 5_000;

export function liveView(stream: NodeJS.WriteStream): LiveView {
  if (stream.isTTY) {
    const update = createLogUpdate(stream);
    return {
      draw: (tally) => {
        update([bedTable(tally), ...totals(tally)].join('\n'));
      },
      done: () => {
        update.done();
      },
    };
  }
  let shown = 0;
  return {
    draw: (tally) => {
      if (Date.now() - shown < LINE_MS) return;
      shown = Date.now();
      stream.write(`${totals(tally).join(' | ')}\n`);
    },
    done: () => undefined,
  };
}

/** Beds in the order of their ids: rhythm, heart rate, rung and payload gain of the newest window, active alarms. */
export function bedTable(tally: Tally): string {
  const table = new Table({
    head: ['bed', 'rhythm', 'rate', 'rung', 'payload gain', 'alarms'],
    style: { head: [], border: [], compact: true },
  });
  for (const bed of [...tally.beds.values()].sort((a, b) => (a.device < b.device ? -1 : 1))) {
    const { device, rhythm, rate, rung, payloadGain } = bed;
    const active = activeAlarms(tally, device).join(', ');
    table.push([device, rhythm, rate === null ? '–' : rate.toFixed(0), rung, payloadGain.toFixed(1), active]);
  }
  return table.toString();
}

function activeAlarms({ alarms }: Tally, device: string): string[] {
  const active = new Map<string, string>();
  for (const alarm of alarms) {
    if (alarm.device !== device) continue;
    const stars = { HIGH: '***', MEDIUM: '**', LOW: '*' }[alarm.priority];
    if (alarm.state === 'ENDED') active.delete(alarm.id);
    else active.set(alarm.id, `${stars} ${alarm.kind}`);
  }
  return [...active.values()];
}

function totals(tally: Tally): string[] {
  const { wireTotal, payloadTotal, elementMean } = tally.gain;
  const { records, violations } = tally.audits;
  const show = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
  return [
    `windows ${tally.sent} sent, ${tally.classified} classified`,
    `total wire gain ${show(wireTotal)}`,
    `total payload gain ${show(payloadTotal)}`,
    `mean element gain ${show(elementMean)}`,
    `violations ${violations} of ${records} audited records`,
    `latency p50 ${percentile(tally.latencies, 0.5) ?? '–'} ms, p99 ${percentile(tally.latencies, 0.99) ?? '–'} ms`,
  ];
}
