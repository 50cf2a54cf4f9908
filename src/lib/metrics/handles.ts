/** Typed, guarded handles on prom-client's metrics. */
import type { LabelSpec, MetricSpec } from './spec.js';

/** Label values of a metric: only known ones compile, and of rungs only those given to `createMetrics`. */
type LabelsOf<L extends LabelSpec, R extends string> = {
  readonly [K in keyof L]: L[K] extends readonly (infer V)[] ? V : L[K] extends 'rungs' ? R : string;
};

type Arguments<L> = keyof L extends never ? [] : [labels: L];

/** Refuses a value that is negative or not finite: one NaN would poison a counter for the life of the process. */
interface CounterHandle<L> {
  inc(...args: [...Arguments<L>, value?: number]): void;
}

/** Refuses a value that is not finite. */
interface GaugeHandle<L> {
  set(...args: [...Arguments<L>, value: number]): void;
}

/** Refuses a value that is negative or not finite: errors and durations are neither. */
interface HistogramHandle<L> {
  observe(...args: [...Arguments<L>, value: number]): void;
}

export type HandleOf<S extends MetricSpec, R extends string> = S['type'] extends 'counter'
  ? CounterHandle<LabelsOf<S['labels'], R>>
  : S['type'] extends 'gauge'
    ? GaugeHandle<LabelsOf<S['labels'], R>>
    : HistogramHandle<LabelsOf<S['labels'], R>>;

type Series = (value: number) => void;

/** Implements every handle: one function for each known series. */
export class SeriesTable {
  readonly #names: readonly string[];
  readonly #series = new Map<string, Series>();
  readonly #accepts: (value: number) => boolean;
  readonly #reject: (value: unknown) => void;

  constructor(names: readonly string[], accepts: (value: number) => boolean, reject: (value: unknown) => void) {
    this.#names = names;
    this.#accepts = accepts;
    this.#reject = reject;
  }

  add(labels: Readonly<Record<string, string>>, series: Series): void {
    this.#series.set(this.#key(labels), series);
  }

  /** Takes `(labels, value)`, or `(value)` if the metric has no labels. Never throws: a metric must not stop a signal. */
  readonly update = (...args: readonly unknown[]): void => {
    const labelled = this.#names.length > 0;
    const labels = (labelled ? args[0] : undefined) as Readonly<Record<string, string>> | undefined;
    const value = (labelled ? args[1] : args[0]) ?? 1;
    const series = this.#series.get(this.#key(labels ?? {}));
    if (series === undefined || typeof value !== 'number' || !this.#accepts(value)) this.#reject(value);
    else series(value);
  };

  #key(labels: Readonly<Record<string, string>>): string {
    return this.#names.map((name) => labels[name]).join('\n');
  }
}
