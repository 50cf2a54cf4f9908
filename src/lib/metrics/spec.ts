/** The shape of the catalogue. */

/**
 * Every label there is. Stream, device, patient and gateway are not among them and must never be: a series per bed
 * would grow without end, and would carry identity into a system that keeps it for months.
 */
type LabelName =
  | 'feature'
  | 'kind'
  | 'model'
  | 'node'
  | 'outcome'
  | 'predicted'
  | 'priority'
  | 'reason'
  | 'rung'
  | 'stage'
  | 'status'
  | 'task'
  | 'topic'
  | 'version'
  | 'window';

/** Values that are known only when the process starts. */
export type Domain = 'rungs' | 'version' | 'node';

export type LabelSpec = Readonly<Partial<Record<LabelName, readonly string[] | Domain>>>;

interface Described {
  /** Full name: prefix, part, what, unit; `_total` ends a counter. */
  readonly name: `dynamic_deep_${string}`;
  readonly help: string;
  readonly labels: LabelSpec;
}

interface CounterSpec extends Described {
  readonly type: 'counter';
}

interface GaugeSpec extends Described {
  readonly type: 'gauge';
}

interface HistogramSpec extends Described {
  readonly type: 'histogram';
  /** Upper bounds in the metric's unit, ascending; +Inf is implied. */
  readonly buckets: readonly number[];
}

export type MetricSpec = CounterSpec | GaugeSpec | HistogramSpec;

/** Handle's name -> metric. */
export type MetricCatalogue = Readonly<Record<string, MetricSpec>>;
