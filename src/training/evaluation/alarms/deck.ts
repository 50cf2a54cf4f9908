/** Draws events: every kind comes up equally often, in an order that the seed determines. */
import { seededRandom, type Random } from '../../../lib/signal/random.js';
import type { AlarmLimits } from '../../../lib/tasks/alarms/limits.js';
import type { Canvas } from './canvas.js';
import { writeAsystole, writeConstant, writeFibrillation, writeNoise, writeRail, type EventTools } from './events.js';
import type { NoiseStore } from './noise.js';
import { writeRate } from './rate-event.js';

export interface EventPlan {
  /** Shortest duration, seconds. */
  readonly seconds: number;
  /** Whether it would be an event at all in an excerpt of this heart rate, beats a minute. */
  readonly suits: (bpm: number) => boolean;
  readonly write: (tools: EventTools, noise: NoiseStore) => void;
}

const SILENCE_S = 20;
const RATE_S = 30;
const LEAD_OFF_S = 20;
const NOISE_S = 24;
/** Noise in which no monitor can read beats reliably: four times as strong as they are. */
const NOISES = [
  { name: 'muscle', record: 'ma' },
  { name: 'electrode-motion', record: 'em' },
  { name: 'baseline', record: 'bw' },
] as const;
const NOISE_DECIBELS = -12;
/** How far a step goes beyond an extreme limit, as a factor of the limit. */
const BEYOND_HIGH = 1.2;
const BEYOND_LOW = 0.8;

export class Deck {
  readonly #plans: readonly EventPlan[];
  readonly #random: Random;
  #waiting: EventPlan[] = [];

  constructor(limits: AlarmLimits, seed: number) {
    this.#plans = plansFor(limits);
    this.#random = seededRandom(seed);
  }

  /** The next event that suits the excerpt. */
  next(canvas: Canvas): EventPlan {
    const bpm = medianRate(canvas);
    for (;;) {
      const index = this.#waiting.findIndex(({ suits }) => suits(bpm));
      const [plan] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (plan !== undefined) return plan;
      this.#waiting.push(...this.#random.shuffle([...this.#plans]));
    }
  }

  /** Returns an event that found no place; the next recording gets it. */
  putBack(plan: EventPlan): void {
    this.#waiting.unshift(plan);
  }
}

function plansFor(limits: AlarmLimits): EventPlan[] {
  const always = (): boolean => true;
  const rates = stepRates(limits);
  const step = (kind: keyof typeof rates, suits: (bpm: number) => boolean): EventPlan => ({
    seconds: RATE_S,
    suits,
    write: (tools) => {
      writeRate(tools, kind, rates[kind]);
    },
  });
  const silence = (write: EventPlan['write']): EventPlan => ({ seconds: SILENCE_S, suits: always, write });
  const off = (write: EventPlan['write']): EventPlan => ({ seconds: LEAD_OFF_S, suits: always, write });
  const slower = (bpm: number): boolean => bpm < limits.tachycardia / 1.1;
  const faster = (bpm: number): boolean => bpm > limits.bradycardia * 1.1;
  return [
    silence((tools) => {
      writeAsystole(tools, 'baseline');
    }),
    silence((tools) => {
      writeAsystole(tools, 'baseline');
    }),
    silence((tools) => {
      writeAsystole(tools, 'noise');
    }),
    silence(writeFibrillation),
    step('extreme-tachycardia', slower),
    step('extreme-tachycardia', slower),
    step('tachycardia', slower),
    step('extreme-bradycardia', faster),
    step('extreme-bradycardia', faster),
    step('bradycardia', faster),
    off((tools) => {
      writeRail(tools, 'all');
    }),
    off((tools) => {
      writeRail(tools, 'one');
    }),
    off(writeConstant),
    ...NOISES.map(({ name, record }) => ({
      seconds: NOISE_S,
      suits: always,
      write: (tools: EventTools, noise: NoiseStore): void => {
        const { canvas, place, random } = tools;
        writeNoise(tools, name, NOISE_DECIBELS, (lead) =>
          noise.draw(record, lead, place.to - place.from, canvas.rate, random),
        );
      },
    })),
  ];
}

/** Heart rates of the steps, beats a minute: in the middle of a plain alarm's range, or well beyond an extreme limit. */
function stepRates({ extremeTachycardia, tachycardia, bradycardia, extremeBradycardia }: AlarmLimits) {
  return {
    'extreme-tachycardia': BEYOND_HIGH * extremeTachycardia,
    tachycardia: (tachycardia + extremeTachycardia) / 2,
    bradycardia: (bradycardia + extremeBradycardia) / 2,
    'extreme-bradycardia': BEYOND_LOW * extremeBradycardia,
  };
}

function medianRate({ sourceBeats, rate }: Canvas): number {
  const intervals = sourceBeats.slice(1).map(({ frame }, i) => frame - sourceBeats[i]!.frame);
  intervals.sort((a, b) => a - b);
  return (60 * rate) / (intervals[intervals.length >> 1] ?? rate);
}
