import { SingleBar } from 'cli-progress';
import type { Figures } from './history.js';

export interface TrainingProgress {
  update(step: number, loss: number): void;
  note(step: number, figures: Figures): void;
  tell(step: number, text: string): void;
  stop(): void;
}

const LINE_MS = 30_000;

/** Shows a bar with the remaining time on a terminal, and a line every 30 s elsewhere. */
export function trainingProgress(name: string, steps: number, first: number): TrainingProgress {
  const isTerminal = process.stderr.isTTY;
  const tell = (step: number, text: string): void => {
    process.stderr.write(`${isTerminal ? '\n' : ''}${name} step ${step}: ${text}\n`);
  };
  const note = (step: number, figures: Figures): void => {
    tell(
      step,
      Object.entries(figures)
        .map(([key, value]) => `${key} ${value.toFixed(4)}`)
        .join('  '),
    );
  };
  if (isTerminal) {
    const bar = new SingleBar({
      format: `${name} {bar} {value}/{total}  loss {loss}  {eta_formatted} left`,
      stream: process.stderr,
    });
    bar.start(steps, first, { loss: '-' });
    return {
      update: (step, loss) => {
        bar.update(step, { loss: loss.toFixed(4) });
      },
      note,
      tell,
      stop: () => {
        bar.stop();
      },
    };
  }
  const start = Date.now();
  let shown = 0;
  return {
    update: (step, loss) => {
      if (Date.now() - shown < LINE_MS && step < steps) return;
      shown = Date.now();
      const left = ((Date.now() - start) / Math.max(1, step - first)) * (steps - step);
      process.stderr.write(`${name} ${step}/${steps}  loss ${loss.toFixed(4)}  ${Math.ceil(left / 60_000)} min left\n`);
    },
    note,
    tell,
    stop: () => undefined,
  };
}
