/** One loop for everything that moves, with the cost of its frames. A hidden page gets no frames, and queues none. */
import { reducedMotion } from './theme.js';

type Animation = (now: number) => void;

const animations = new Set<Animation>();
const costs = new Float32Array(600);
let frames = 0;
let lastSlow = 0;

export function animate(animation: Animation): () => void {
  animations.add(animation);
  return () => animations.delete(animation);
}

export function startFrames(): void {
  requestAnimationFrame(run);
}

function run(now: number): void {
  requestAnimationFrame(run);
  // With reduced motion, draw one frame a second.
  if (reducedMotion.matches && now - lastSlow < 1000) return;
  lastSlow = now;
  const begin = performance.now();
  for (const animation of animations) animation(now);
  costs[frames % costs.length] = performance.now() - begin;
  frames++;
}

export interface FrameCost {
  readonly frames: number;
  /** Milliseconds of script per frame, over the last 600 frames. */
  readonly mean: number;
  readonly p99: number;
}

export function frameCost(): FrameCost {
  const sorted = costs.slice(0, Math.min(frames, costs.length)).sort();
  if (sorted.length === 0) return { frames: 0, mean: 0, p99: 0 };
  const mean = sorted.reduce((sum, cost) => sum + cost, 0) / sorted.length;
  return { frames, mean, p99: sorted[Math.floor(0.99 * (sorted.length - 1))] ?? 0 };
}
