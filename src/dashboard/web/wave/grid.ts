/** Draws ECG paper: a line every millimetre, and a stronger one every five. */
import { PX_PER_MM } from './scale.js';
import type { Surface } from './surface.js';
import type { Theme } from '../ui/theme.js';

export function drawGrid(surface: Surface, theme: Theme): void {
  const { context, width, height, ratio } = surface;
  surface.clear();
  for (const { every, colour } of [
    { every: 1, colour: theme.gridMinor },
    { every: 5, colour: theme.gridMajor },
  ]) {
    context.beginPath();
    context.lineWidth = 1 / ratio;
    context.strokeStyle = colour;
    const step = every * PX_PER_MM;
    for (let x = 0; x <= width; x += step) {
      context.moveTo(surface.crisp(x), 0);
      context.lineTo(surface.crisp(x), height);
    }
    // Start from the middle, where the line of 0 mV lies.
    for (let y = 0; y <= height / 2; y += step) {
      for (const at of [height / 2 - y, height / 2 + y]) {
        context.moveTo(0, surface.crisp(at));
        context.lineTo(width, surface.crisp(at));
      }
    }
    context.stroke();
  }
}
