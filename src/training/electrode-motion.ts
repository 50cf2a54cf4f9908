/**
 * Synthesised electrode motion: when skin and electrode move against each other, the potential jumps, creeps back, and leaves
 * bumps as wide as a QRS complex. Made of a leaky random walk, exponential jumps and half-sine bumps of slowly changing
 * strength; the mixture is drawn anew for every stretch. Modelled on the description of record `em` in
 * Moody, Muldrow and Mark, "A noise stress test for arrhythmia detectors" (1984); no recorded sample is used.
 */
import { MODEL_RATE } from '../lib/signal/grid.js';
import type { Random } from '../lib/signal/random.js';
import { deviation } from '../lib/tasks/peaks.js';

/** `length` samples at 300 Hz with unit deviation. */
export function electrodeMotion(length: number, random: Random): Float32Array {
  const strength = envelope(length, random);
  const out = new Float32Array(length);
  addWalk(out, random.uniform(), random);
  const jumps = 0.3 + 1.2 * random.uniform();
  addEvents(out, 0.5 + 2 * random.uniform(), random, (from) => {
    addJump(out, from, jumps * laplace(random) * strength[from]!, random);
  });
  const bumps = 0.3 + 1.2 * random.uniform();
  addEvents(out, 0.5 + 3 * random.uniform(), random, (from) => {
    addBump(out, from, bumps * laplace(random) * strength[from]!, random);
  });
  const scale = 1 / (deviation(out) + 1e-6);
  for (let i = 0; i < length; i++) out[i]! *= scale;
  return out;
}

/** Strength over time, with bursts and calm stretches of a second or more. */
function envelope(length: number, random: Random): Float32Array {
  const out = new Float32Array(length);
  const knot = Math.round(MODEL_RATE * (0.7 + 2 * random.uniform()));
  let from = Math.exp(0.7 * random.normal());
  for (let start = 0; start < length; start += knot) {
    const to = Math.exp(0.7 * random.normal());
    for (let i = 0; i < knot && start + i < length; i++) out[start + i] = from + ((to - from) * i) / knot;
    from = to;
  }
  return out;
}

/** A random walk that leaks away over 0.3 to 3 s, smoothed so that it lies below about 8 Hz. */
function addWalk(out: Float32Array, weight: number, random: Random): void {
  const leak = 1 / (MODEL_RATE * 0.3 * 10 ** random.uniform());
  const smoothing = 0.08 + 0.12 * random.uniform();
  // The walk's own deviation is about 1 / sqrt(2 leak).
  const step = weight * Math.sqrt(2 * leak);
  let walk = 0;
  let smooth = 0;
  for (let i = 0; i < out.length; i++) {
    walk += step * random.normal() - leak * walk;
    smooth += smoothing * (walk - smooth);
    out[i]! += smooth;
  }
}

/** Calls `add` at random times, on average `rate` a second. */
function addEvents(out: Float32Array, rate: number, random: Random, add: (from: number) => void): void {
  const mean = MODEL_RATE / rate;
  for (let at = -mean * Math.log(1 - random.uniform()); at < out.length; at -= mean * Math.log(1 - random.uniform())) {
    add(Math.floor(at));
  }
}

/** Adds a jump that rises within 5 to 50 ms and falls back over 50 to 800 ms. */
function addJump(out: Float32Array, from: number, height: number, random: Random): void {
  const rise = MODEL_RATE * 0.005 * 10 ** random.uniform();
  const fall = MODEL_RATE * 0.05 * 16 ** random.uniform();
  const end = Math.min(out.length, from + Math.ceil(5 * fall));
  for (let i = from; i < end; i++) out[i]! += height * (1 - Math.exp((from - i) / rise)) * Math.exp((from - i) / fall);
}

/** Adds a half sine of 50 to 350 ms, sometimes followed by a second one of the other sign. */
function addBump(out: Float32Array, from: number, height: number, random: Random): void {
  const width = MODEL_RATE * 0.05 * 7 ** random.uniform();
  const lobes = random.uniform() < 0.4 ? 2 : 1;
  const end = Math.min(out.length, from + Math.ceil(lobes * width));
  for (let i = from; i < end; i++) out[i]! += height * Math.sin((Math.PI * (i - from)) / width);
}

function laplace(random: Random): number {
  return (random.uniform() < 0.5 ? 1 : -1) * Math.log(1 - random.uniform());
}
