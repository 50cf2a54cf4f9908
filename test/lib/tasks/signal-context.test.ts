import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORD, STEP, WINDOW } from '../../../src/lib/signal/grid.js';
import { SignalContext } from '../../../src/lib/tasks/signal-context.js';

/** Samples whose value is their index. */
const ramp = (start: number, length: number): Float32Array => Float32Array.from({ length }, (_, i) => start + i);

describe('the context of a stream', () => {
  it('holds the newest contiguous signal, at most a record and a step, whatever the lengths of segments', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 2 * RECORD }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.nat(100_000), lengths, (begin, list) => {
        const context = new SignalContext();
        let at = begin;
        for (const [i, length] of list.entries()) {
          expect(context.append(7, at, ramp(at, length))).toBe(i > 0);
          at += length;
          expect(context.to).toBe(at);
          expect(context.from).toBe(Math.max(begin, at - RECORD - STEP));
          expect(context.slice(context.from, context.to)).toEqual(ramp(context.from, at - context.from));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('counts whole steps on the grid, at most 35', () => {
    const context = new SignalContext();
    context.append(1, 100, ramp(100, 600));
    expect(context.wholeSteps()).toEqual({ steps: 1, end: 512 });
    context.append(1, 700, ramp(700, 2 * RECORD));
    const { steps, end } = context.wholeSteps();
    expect(steps).toBe(35);
    expect(end % STEP).toBe(0);
    expect(end - steps * STEP).toBeGreaterThanOrEqual(context.from);
  });

  it.each([
    ['a gap of more than 40 ms', 1, WINDOW + 13],
    ['a repeat', 1, 0],
    ['a new epoch', 2, WINDOW],
  ])('is emptied by %s', (_, epoch, start) => {
    const context = new SignalContext();
    context.append(1, 0, ramp(0, WINDOW));
    expect(context.append(epoch, start, ramp(start, STEP))).toBe(false);
    expect([context.from, context.to]).toEqual([start, start + STEP]);
    expect(context.slice(start, start + STEP)).toEqual(ramp(start, STEP));
  });

  it('goes on over a hole of 40 ms on a straight line, which no whole step of it contains', () => {
    const context = new SignalContext();
    context.append(1, 0, ramp(0, WINDOW));
    expect(context.unbrokenFrom).toBe(0);
    const start = WINDOW + 12;
    expect(context.append(1, start, ramp(start, 2 * STEP))).toBe(true);
    expect([context.from, context.unbrokenFrom, context.to]).toEqual([0, start, start + 2 * STEP]);
    expect(context.slice(0, context.to)).toEqual(ramp(0, start + 2 * STEP));
    expect(context.wholeSteps()).toEqual({ steps: 1, end: WINDOW + 2 * STEP });
    context.append(1, start + 2 * STEP, ramp(start + 2 * STEP, 2 * RECORD));
    expect(context.unbrokenFrom).toBe(context.from);
  });

  it('is not bridged behind less signal than is missing; a segment without samples neither begins nor ends a hole', () => {
    const context = new SignalContext();
    context.append(1, 0, ramp(0, WINDOW));
    expect(context.append(1, WINDOW + 2, ramp(0, 0))).toBe(true);
    expect(context.append(1, WINDOW + 4, ramp(WINDOW + 4, 3))).toBe(true);
    expect(context.slice(0, context.to)).toEqual(ramp(0, WINDOW + 7));
    expect(context.append(1, WINDOW + 11, ramp(WINDOW + 11, 3))).toBe(false);
  });

  it('has no whole step between two borders of steps', () => {
    const context = new SignalContext();
    context.append(1, 10, ramp(10, 100));
    expect(context.wholeSteps().steps).toBe(0);
  });
});
