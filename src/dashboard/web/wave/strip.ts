/** Draws a strip as on paper: rows of some seconds, each with the 1 mV pulse, R marks, rungs, and the rhythm below. */
import { TEXT } from '../text.js';
import type { Theme } from '../ui/theme.js';
import { clock } from '../ui/time.js';
import { AMPLITUDES, PX_PER_MM, PX_PER_MS } from './scale.js';
import { drawGaps, drawPeak, drawRibbon, drawRungs } from './strip-marks.js';
import { PAPER_MM, paperBottom, paperTop, PULSE_PX, ROW_PX, write, xOf, yOf, type Row } from './strip-row.js';
import type { StripData } from './stretch.js';
import type { Surface } from './surface.js';
import { follows, millivolt, type Wave } from './wave.js';

const MODEL_MS = 1000 / 300;

export interface StripPlace {
  /** Device ms of the left edge of the first row. */
  readonly from: number;
  readonly rows: number;
  /** Duration of a row, device ms. */
  readonly rowMs: number;
}

/** Device ms that a row of this width holds, in whole seconds. */
export function rowDuration(width: number): number {
  return Math.max(1, Math.floor((width - PULSE_PX) / PX_PER_MS / 1000)) * 1000;
}

/** Largest amplitude, mm/mV, at which all of the signal fits, or the smallest there is. */
export function stripAmplitude(waves: readonly Wave[]): number {
  let low = Infinity;
  let high = -Infinity;
  for (const wave of waves) {
    for (let i = 0; i < wave.samples.length; i += 2) {
      const value = millivolt(wave, wave.samples[i] ?? 0);
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return AMPLITUDES.find((mm) => (high - low) * mm <= PAPER_MM - 2) ?? AMPLITUDES[2];
}

export function drawStrip(surface: Surface, { from, rows, rowMs }: StripPlace, data: StripData, theme: Theme): void {
  surface.clear();
  const shown = data.waves.filter((wave) => wave.endAt > from && wave.startAt < from + rows * rowMs);
  const amplitude = stripAmplitude(shown);
  const centre = middle(shown);
  for (let row = 0; row < rows; row++) {
    const begin = from + row * rowMs;
    const place: Row = { top: row * ROW_PX, begin, end: begin + rowMs, width: rowMs * PX_PER_MS, amplitude, centre };
    drawPaper(surface, place, theme);
    if (data.calibrated) drawPulse(surface, place, theme);
    else drawUncalibrated(surface, place, theme);
    drawRow(surface, place, { ...data, from, to: from + rows * rowMs }, theme);
  }
}

function drawPaper(surface: Surface, row: Row, theme: Theme): void {
  const { context, ratio } = surface;
  const right = PULSE_PX + row.width;
  for (const { every, colour } of [
    { every: 1, colour: theme.gridMinor },
    { every: 5, colour: theme.gridMajor },
  ]) {
    context.beginPath();
    context.lineWidth = 1 / ratio;
    context.strokeStyle = colour;
    const step = every * PX_PER_MM;
    for (let n = 0; n * step <= right - PULSE_PX + 0.01; n++) {
      const x = surface.crisp(PULSE_PX + n * step);
      context.moveTo(x, paperTop(row));
      context.lineTo(x, paperBottom(row));
    }
    for (let n = 0; n * every <= PAPER_MM; n++) {
      const y = surface.crisp(paperTop(row) + n * step);
      context.moveTo(PULSE_PX, y);
      context.lineTo(right, y);
    }
    context.stroke();
  }
}

/** Draws the calibration pulse: 1 mV, 5 mm wide. */
function drawPulse({ context }: Surface, row: Row, theme: Theme): void {
  const base = paperTop(row) + (PAPER_MM / 2 + row.amplitude / 2) * PX_PER_MM;
  const height = row.amplitude * PX_PER_MM;
  context.beginPath();
  context.strokeStyle = theme.trace;
  context.lineWidth = 1.5;
  context.moveTo(2, base);
  context.lineTo(2 + 2 * PX_PER_MM, base);
  context.lineTo(2 + 2 * PX_PER_MM, base - height);
  context.lineTo(2 + 7 * PX_PER_MM, base - height);
  context.lineTo(2 + 7 * PX_PER_MM, base);
  context.lineTo(2 + 9 * PX_PER_MM, base);
  context.stroke();
  write(context, TEXT.millivolt, 2, base + 14, theme.muted);
}

/** Writes, upwards in place of the pulse, that there is no scale. */
function drawUncalibrated({ context }: Surface, row: Row, theme: Theme): void {
  context.save();
  context.translate(PULSE_PX / 2, paperBottom(row) - 4);
  context.rotate(-Math.PI / 2);
  write(context, TEXT.uncalibrated, 0, 0, theme.text);
  context.restore();
}

type WholeStrip = StripData & { readonly from: number; readonly to: number };

function drawRow(surface: Surface, row: Row, data: WholeStrip, theme: Theme): void {
  const { context } = surface;
  const right = PULSE_PX + row.width;
  context.save();
  context.beginPath();
  context.rect(PULSE_PX, row.top, right - PULSE_PX, ROW_PX);
  context.clip();
  for (let at = Math.ceil(row.begin / 1000) * 1000; at < row.end; at += 1000) {
    if (at % 5000 === 0) write(context, clock(at), xOf(row, at) + 3, paperTop(row) + 11, theme.muted);
  }
  drawLine(context, row, data.originals, theme.original);
  drawLine(context, row, data.waves, theme.trace);
  drawGaps(context, row, data, theme);
  drawRungs(context, row, data.waves, theme);
  for (const { epoch, peaks } of data.beats) {
    for (const peak of peaks) drawPeak(context, row, epoch + peak * MODEL_MS, theme);
  }
  for (const event of data.rhythms) drawRibbon(context, row, event, theme);
  context.restore();
}

function drawLine(context: CanvasRenderingContext2D, row: Row, waves: readonly Wave[], colour: string): void {
  context.beginPath();
  let before: Wave | undefined;
  for (const wave of waves) {
    if (wave.endAt < row.begin || wave.startAt > row.end) continue;
    const step = 1000 / wave.rate;
    const first = Math.max(0, Math.floor((row.begin - wave.firstAt) / step));
    const last = Math.min(wave.samples.length - 1, Math.ceil((row.end - wave.firstAt) / step));
    for (let i = first; i <= last; i++) {
      const x = xOf(row, wave.firstAt + i * step);
      const y = yOf(row, millivolt(wave, wave.samples[i] ?? 0));
      if (i === first && (before === undefined || !follows(wave, before))) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    before = wave;
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.4;
  context.lineJoin = 'round';
  context.stroke();
}

function middle(waves: readonly Wave[]): number {
  let low = Infinity;
  let high = -Infinity;
  for (const wave of waves) {
    for (const sample of wave.samples) {
      const value = millivolt(wave, sample);
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? 0 : (low + high) / 2;
}
