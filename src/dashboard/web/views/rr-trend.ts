/** Intervals between R peaks, a dot each. */
import { firstLead, type BedView } from '../store.js';
import { TEXT } from '../text.js';
import { createTrend } from '../ui/trend.js';

const MODEL_MS = 1000 / 300;
/** Longer is a pause or a hole: no interval is claimed across windows that do not follow each other. ms */
const LONGEST_MS = 6_000;
const UPDATE_MS = 2_000;

export function rrTrend(bed: BedView): { readonly element: HTMLElement; update(): void; close(): void } {
  const trend = createTrend({
    height: 190,
    least: 400,
    lines: [{ label: TEXT.bedView.rr, colour: 'peak', dots: true, format: (value) => value.toFixed(0) }],
  });
  let updatedAt = -Infinity;
  return {
    element: trend.element,
    update: () => {
      if (performance.now() - updatedAt < UPDATE_MS) return;
      updatedAt = performance.now();
      const times: number[] = [];
      const intervals: number[] = [];
      let last: { readonly epoch: number; readonly to: number; readonly peak: number } | undefined;
      for (const { epoch, from, to, peaks } of firstLead(bed)?.beats ?? []) {
        let before = last?.epoch === epoch && last.to === from ? last.peak : undefined;
        for (const peak of peaks) {
          const interval = before === undefined ? Infinity : (peak - before) * MODEL_MS;
          if (interval <= LONGEST_MS) {
            times.push((epoch + peak * MODEL_MS) / 1000);
            intervals.push(interval);
          }
          before = peak;
        }
        last = before === undefined ? undefined : { epoch, to, peak: before };
      }
      trend.set([times, intervals]);
    },
    close: trend.close,
  };
}
