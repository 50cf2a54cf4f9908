/** A canvas that is sharp at any pixel ratio: its bitmap has device pixels, and drawing uses CSS pixels. */
import { observeSize } from './observe-size.js';

export class Surface {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  /** CSS pixels. */
  width = 0;
  height = 0;
  /** Device pixels per CSS pixel. */
  ratio = 1;
  readonly #observer: ResizeObserver;

  /** `onResize` is called after a change of size, when the bitmap is empty. */
  constructor(canvas: HTMLCanvasElement, onResize: () => void) {
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser draws no canvas');
    this.canvas = canvas;
    this.context = context;
    this.#observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      // WebKit does not report device pixels.
      const exact = (entry as Partial<ResizeObserverEntry>).devicePixelContentBoxSize?.[0];
      this.#resize(width, height, devicePixels(width, exact?.inlineSize), devicePixels(height, exact?.blockSize));
      onResize();
    });
    observeSize(this.#observer, canvas);
  }

  get isEmpty(): boolean {
    return this.width === 0 || this.height === 0;
  }

  /** Takes the canvas's current size, without waiting for the observer. The bitmap is empty afterwards. */
  measure(): void {
    const { width, height } = this.canvas.getBoundingClientRect();
    this.#resize(width, height, devicePixels(width, undefined), devicePixels(height, undefined));
  }

  clear(): void {
    this.context.clearRect(0, 0, this.width, this.height);
  }

  /** Middle of the nearest device pixel, so that a thin line is one pixel and not two grey ones. */
  crisp(position: number): number {
    return (Math.round(position * this.ratio) + 0.5) / this.ratio;
  }

  close(): void {
    this.#observer.disconnect();
  }

  #resize(width: number, height: number, deviceWidth: number, deviceHeight: number): void {
    this.width = width;
    this.height = height;
    this.ratio = width === 0 ? 1 : deviceWidth / width;
    this.canvas.width = deviceWidth;
    this.canvas.height = deviceHeight;
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
  }
}

/** Prefers the browser's own count, which knows how the box lies on the pixels, but not an emulated pixel ratio. */
function devicePixels(length: number, exact: number | undefined): number {
  const nominal = length * devicePixelRatio;
  return exact !== undefined && Math.abs(exact - nominal) <= 1 ? exact : Math.round(nominal);
}
