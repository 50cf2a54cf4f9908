/** A strip as on paper: rows of some seconds, each with the 1 mV pulse, R marks, rungs, and the rhythm below. */
import type { BeatsEvent, RhythmEvent } from '../../protocol.js';
import { TEXT } from '../text.js';
import type { Theme } from '../ui/theme.js';
import { clock } from '../ui/time.js';
import { AMPLITUDES, PX_PER_MM, PX_PER_MS } from './scale.js';
import type { Surface } from './surface.js';
import { follows, millivolt, type Wave } from './wave.js';

const MODEL_MS = 1000 / 300;
const STEP_MS = 256 * MODEL_MS;
const PULSE_PX = 11 * PX_PER_MM;
const RIBBON_PX = 16;
const HEAD_PX = 16;
const PAPER_MM = 30;
export const ROW_PX = HEAD_PX + PAPER_MM * PX_PER_MM + RIBBON_PX + 10;

export interface StripData {
  readonly waves: readonly Wave[];
  /** The original of audited records; drawn below the decoded signal. */
  readonly originals: readonly Wave[];
  readonly beats: readonly BeatsEvent[];
  readonly rhythms: readonly RhythmEvent[];
}

export interface StripPlace {
  /** Device ms of the left edge of the first row. */
  readonly from: number;
  readonly rows: number;
  /** Device ms of a row. */
  readonly rowMs: number;
}

/** Device ms that a row of this width holds: whole seconds. */
export function rowDuration(width: number): number {
  return Math.max(1, Math.floor((width - PULSE_PX) / PX_PER_MS / 1000)) * 1000;
}

/** mm/mV at which all of it fits. */
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
    drawRow(surface, place, data, theme);
  }
}

interface Row {
  readonly top: number;
  readonly begin: number;
  readonly end: number;
  readonly width: number;
  readonly amplitude: number;
  /** mV in the middle of the paper. */
  readonly centre: number;
}

const paperTop = ({ top }: Row): number => top + HEAD_PX;
const paperBottom = (row: Row): number => paperTop(row) + PAPER_MM * PX_PER_MM;
const xOf = ({ begin }: Row, at: number): number => PULSE_PX + (at - begin) * PX_PER_MS;
const yOf = (row: Row, mv: number): number =>
  paperTop(row) + (PAPER_MM / 2 - (mv - row.centre) * row.amplitude) * PX_PER_MM;

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
  // 1 mV, 5 mm wide: what the amplitude means.
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
  text(context, TEXT.millivolt, 2, base + 14, theme.muted);
}

function drawRow(surface: Surface, row: Row, data: StripData, theme: Theme): void {
  const { context } = surface;
  const right = PULSE_PX + row.width;
  context.save();
  context.beginPath();
  context.rect(PULSE_PX, row.top, right - PULSE_PX, ROW_PX);
  context.clip();
  for (let at = Math.ceil(row.begin / 1000) * 1000; at < row.end; at += 1000) {
    if (at % 5000 === 0) text(context, clock(at), xOf(row, at) + 3, paperTop(row) + 11, theme.muted);
  }
  drawLine(context, row, data.originals, theme.original);
  drawLine(context, row, data.waves, theme.trace);
  drawGaps(context, row, data.waves, theme);
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

/** Holes between windows that are held, in words: nothing is drawn across them. */
function drawGaps(context: CanvasRenderingContext2D, row: Row, waves: readonly Wave[], theme: Theme): void {
  waves.forEach((wave, i) => {
    const before = waves[i - 1];
    if (before === undefined || wave.startAt - before.endAt < 20) return;
    const left = Math.max(PULSE_PX, xOf(row, before.endAt));
    const right = Math.min(PULSE_PX + row.width, xOf(row, wave.startAt));
    if (right <= left) return;
    context.save();
    context.beginPath();
    context.rect(left, paperTop(row), right - left, PAPER_MM * PX_PER_MM);
    context.clip();
    context.beginPath();
    for (let x = left - PAPER_MM * PX_PER_MM; x < right; x += 12) {
      context.moveTo(x, paperBottom(row));
      context.lineTo(x + PAPER_MM * PX_PER_MM, paperTop(row));
    }
    context.strokeStyle = theme.gridMajor;
    context.lineWidth = 1;
    context.stroke();
    if (right - left > 60)
      text(context, TEXT.gapSeconds((wave.startAt - before.endAt) / 1000), left + 6, paperTop(row) + 30, theme.text);
    context.restore();
  });
}

/** Where a window begins, and by which rung it came. */
function drawRungs(context: CanvasRenderingContext2D, row: Row, waves: readonly Wave[], theme: Theme): void {
  for (const wave of waves) {
    if (wave.endAt <= row.begin || wave.startAt >= row.end) continue;
    const left = Math.max(PULSE_PX, xOf(row, wave.startAt));
    context.fillStyle = theme.muted;
    if (wave.startAt >= row.begin) context.fillRect(left, row.top, 1, HEAD_PX);
    const words = wave.lossless ? TEXT.lossless : TEXT.reconstructed(wave.rung);
    const room = Math.min(PULSE_PX + row.width, xOf(row, wave.endAt)) - left;
    if (room > 9 + context.measureText(words).width) text(context, words, left + 5, row.top + 11, theme.muted);
  }
}

function drawPeak(context: CanvasRenderingContext2D, row: Row, at: number, theme: Theme): void {
  if (at < row.begin || at >= row.end) return;
  const x = xOf(row, at);
  const y = paperBottom(row) - 2;
  context.beginPath();
  context.moveTo(x, y - 9);
  context.lineTo(x - 4.5, y);
  context.lineTo(x + 4.5, y);
  context.closePath();
  context.fillStyle = theme.peak;
  context.fill();
}

/** A label per 256 samples, in colour and letters. */
function drawRibbon(context: CanvasRenderingContext2D, row: Row, event: RhythmEvent, theme: Theme): void {
  const { epoch, start, labels } = event;
  labels.forEach((label, i) => {
    const from = epoch + start * MODEL_MS + i * STEP_MS;
    if (from + STEP_MS <= row.begin || from >= row.end) return;
    const left = xOf(row, from);
    const width = STEP_MS * PX_PER_MS;
    const top = paperBottom(row) + 3;
    context.fillStyle = theme.rhythms[label];
    context.fillRect(left + 0.5, top, width - 1, RIBBON_PX - 2);
    text(context, TEXT.rhythmsShort[label], left + 5, top + 11, theme.onRibbon);
  });
}

function text(context: CanvasRenderingContext2D, words: string, x: number, y: number, colour: string): void {
  context.font = "11px system-ui, 'DejaVu Sans', sans-serif";
  context.fillStyle = colour;
  context.fillText(words, x, y);
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
