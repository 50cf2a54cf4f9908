/** Saves a strip as a PNG, with a line of text below that says what it is. */
import { TEXT } from '../text.js';
import { h } from '../ui/dom.js';
import { theme } from '../ui/theme.js';
import type { Surface } from '../wave/surface.js';

const FOOT_PX = 26;

export function saveStrip({ canvas, ratio, width, height }: Surface, name: string): void {
  const foot = Math.round(FOOT_PX * ratio);
  const copy = h('canvas', { width: canvas.width, height: canvas.height + foot });
  const context = copy.getContext('2d');
  if (context === null) return;
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = "12px system-ui, 'DejaVu Sans', sans-serif";
  context.fillStyle = theme().text;
  context.fillText(`${name}   ${TEXT.speed}   ${TEXT.notMedicalLong}`, 4, height + 17, width - 8);
  copy.toBlob((blob) => {
    if (blob === null) return;
    const href = URL.createObjectURL(blob);
    h('a', { href, download: `${name.replace(/[^A-Za-z0-9_-]/g, '-')}.png` }).click();
    setTimeout(() => {
      URL.revokeObjectURL(href);
    }, 10_000);
  });
}
