/** Draws a line that sweeps from left to right and wipes the previous pass ahead of it. A frame draws only what is new. */
import type { Theme } from '../ui/theme.js';
import { AMPLITUDES, PX_PER_MM, PX_PER_MS } from './scale.js';
import type { Surface } from './surface.js';
import { follows, millivolt, type Wave } from './wave.js';

/** Empty stretch ahead of the line, CSS px. */
const WIPE_PX = 14;
const LINE_PX = 1.5;
/** Tolerance in ms, because times since 1970 are not exact beyond it. */
const ROUNDING_MS = 0.01;

export class Sweep {
  readonly #surface: Surface;
  #drawnTo: number | undefined;
  #centre = 0;
  #amplitude: number = AMPLITUDES[0];

  constructor(surface: Surface) {
    this.#surface = surface;
  }

  /** Amplitude in use, mm/mV. */
  get amplitude(): number {
    return this.#amplitude;
  }

  /** Makes the next frame draw a whole screen, after a resize or a change of colours. */
  restart(): void {
    this.#drawnTo = undefined;
  }

  /** Draws up to device time `at`. */
  draw(waves: readonly Wave[], at: number, theme: Theme): void {
    const surface = this.#surface;
    if (surface.isEmpty) return;
    const screen = surface.width / PX_PER_MS;
    const drawnTo = this.#drawnTo;
    let from = drawnTo ?? at - screen;
    if (drawnTo === undefined || at < drawnTo || at - drawnTo >= screen) {
      surface.clear();
      from = at - screen;
      this.#adapt(waves, at);
    }
    // Draw one pass after the other. A pass begins at each multiple of the screen's duration.
    while (from < at) {
      const number = Math.floor((from + ROUNDING_MS) / screen);
      const pass = number * screen;
      const to = Math.min(at, (number + 1) * screen);
      if (from - pass < ROUNDING_MS) this.#adapt(waves, to);
      this.#drawPiece(waves, pass, from, to, theme);
      from = to;
    }
    this.#drawnTo = at;
  }

  #drawPiece(waves: readonly Wave[], pass: number, from: number, to: number, theme: Theme): void {
    const { context, height } = this.#surface;
    const x = (time: number): number => (time - pass) * PX_PER_MS;
    // The line drawn so far extends beyond its last sample, so the wipe begins ahead of it, where the last wipe ended.
    const wiped = from - pass < ROUNDING_MS ? 0 : x(from) + WIPE_PX - 1;
    context.clearRect(wiped, 0, x(to) + WIPE_PX - wiped, height);
    const scale = this.#amplitude * PX_PER_MM;
    context.beginPath();
    let before: Wave | undefined;
    for (const wave of waves) {
      const step = 1000 / wave.rate;
      if (wave.endAt < from - step || wave.startAt > to) continue;
      const last = wave.samples.length - 1;
      // Start at the last sample of the previous piece, so that pieces join.
      const first = Math.min(last, Math.max(0, Math.floor((from - wave.firstAt) / step)));
      const end = Math.min(last, Math.floor((to - wave.firstAt) / step));
      for (let i = first; i <= end; i++) {
        const px = x(wave.firstAt + i * step);
        const py = height / 2 - (millivolt(wave, wave.samples[i] ?? 0) - this.#centre) * scale;
        if (i === first && (before === undefined || !follows(wave, before))) context.moveTo(px, py);
        else context.lineTo(px, py);
      }
      before = wave;
    }
    context.strokeStyle = theme.trace;
    context.lineWidth = LINE_PX;
    context.lineJoin = 'round';
    context.lineCap = 'round';
    context.stroke();
  }

  /** Sets centre and amplitude from the window at time `at`. Called at the left edge, so that the line has no step. */
  #adapt(waves: readonly Wave[], at: number): void {
    const wave = waves.findLast((one) => one.startAt <= at && one.samples.length > 0);
    if (wave === undefined) return;
    const values = Float64Array.from(
      wave.samples.filter((_, i) => i % 4 === 0),
      (sample) => millivolt(wave, sample),
    ).sort();
    const quantile = (q: number): number => values[Math.floor(q * (values.length - 1))] ?? 0;
    const low = quantile(0.002);
    const high = quantile(0.998);
    this.#centre = (low + high) / 2;
    const room = this.#surface.height / PX_PER_MM;
    this.#amplitude = AMPLITUDES.find((mm) => (high - low) * mm <= room * 0.96) ?? AMPLITUDES[2];
  }
}
