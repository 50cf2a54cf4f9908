/** Draws the marks on a strip beside the line: holes, rungs, R peaks, rhythm. */
import type { RhythmEvent } from '../../protocol.js';
import { TEXT } from '../text.js';
import type { Theme } from '../ui/theme.js';
import { knownHoles, type Range } from './holes.js';
import { PX_PER_MM, PX_PER_MS } from './scale.js';
import { HEAD_PX, PAPER_MM, paperBottom, paperTop, PULSE_PX, RIBBON_PX, write, xOf, type Row } from './strip-row.js';
import type { Wave } from './wave.js';

const MODEL_MS = 1000 / 300;
const STEP_MS = 256 * MODEL_MS;

/** Draws holes, hatched and in words; the line is not drawn across them. */
export function drawGaps(
  context: CanvasRenderingContext2D,
  row: Row,
  data: Range & { readonly waves: readonly Wave[]; readonly known: Range },
  theme: Theme,
): void {
  for (const hole of knownHoles(data, data)) {
    const left = Math.max(PULSE_PX, xOf(row, hole.from));
    const right = Math.min(PULSE_PX + row.width, xOf(row, hole.to));
    if (right <= left) continue;
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
    if (right - left > 60) write(context, hole.words, left + 6, paperTop(row) + 30, theme.text);
    context.restore();
  }
}

/** Marks where each window begins, and the rung it was sent by. */
export function drawRungs(context: CanvasRenderingContext2D, row: Row, waves: readonly Wave[], theme: Theme): void {
  for (const wave of waves) {
    if (wave.endAt <= row.begin || wave.startAt >= row.end) continue;
    const left = Math.max(PULSE_PX, xOf(row, wave.startAt));
    context.fillStyle = theme.muted;
    if (wave.startAt >= row.begin) context.fillRect(left, row.top, 1, HEAD_PX);
    const words = wave.lossless ? TEXT.lossless : TEXT.reconstructed(wave.rung);
    const room = Math.min(PULSE_PX + row.width, xOf(row, wave.endAt)) - left;
    if (room > 9 + context.measureText(words).width) write(context, words, left + 5, row.top + 11, theme.muted);
  }
}

export function drawPeak(context: CanvasRenderingContext2D, row: Row, at: number, theme: Theme): void {
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

/** Draws one rhythm label per 256 samples, in colour and letters. */
export function drawRibbon(context: CanvasRenderingContext2D, row: Row, event: RhythmEvent, theme: Theme): void {
  const { epoch, start, labels } = event;
  labels.forEach((label, i) => {
    const from = epoch + start * MODEL_MS + i * STEP_MS;
    if (from + STEP_MS <= row.begin || from >= row.end) return;
    const left = xOf(row, from);
    const width = STEP_MS * PX_PER_MS;
    const top = paperBottom(row) + 3;
    context.fillStyle = theme.rhythms[label];
    context.fillRect(left + 0.5, top, width - 1, RIBBON_PX - 2);
    write(context, TEXT.rhythmsShort[label], left + 5, top + 11, theme.onRibbon);
  });
}
