/** Layout of a row of a strip. CSS px. */
import { PX_PER_MM, PX_PER_MS } from './scale.js';

/** Space for the 1 mV pulse, for the rungs above the paper and for the rhythm below it; height of the paper in mm. */
export const PULSE_PX = 11 * PX_PER_MM;
export const HEAD_PX = 16;
export const RIBBON_PX = 16;
export const PAPER_MM = 30;
export const ROW_PX = HEAD_PX + PAPER_MM * PX_PER_MM + RIBBON_PX + 10;

export interface Row {
  readonly top: number;
  readonly begin: number;
  readonly end: number;
  readonly width: number;
  readonly amplitude: number;
  /** mV at the middle of the paper. */
  readonly centre: number;
}

export const paperTop = ({ top }: Row): number => top + HEAD_PX;
export const paperBottom = (row: Row): number => paperTop(row) + PAPER_MM * PX_PER_MM;
export const xOf = ({ begin }: Row, at: number): number => PULSE_PX + (at - begin) * PX_PER_MS;
export const yOf = (row: Row, mv: number): number =>
  paperTop(row) + (PAPER_MM / 2 - (mv - row.centre) * row.amplitude) * PX_PER_MM;

/** Writes small text on a strip. */
export function write(context: CanvasRenderingContext2D, words: string, x: number, y: number, colour: string): void {
  context.font = "11px system-ui, 'DejaVu Sans', sans-serif";
  context.fillStyle = colour;
  context.fillText(words, x, y);
}
