// src/lib/tasks/pan-tompkins.ts
/**
 * A classical QRS detector after Pan and Tompkins (1985): band-pass, derivative, square, moving-window integration, and
 * two running levels for signal and noise with search back. Not differentiable; the yardstick for RPnet.
 */
/** Pass band of a QRS complex, hertz. */
const LOW_HZ = 5;
const HIGH_HZ = 15;
/** Integration over 150 ms, no two beats within 200 ms, T waves within 360 ms. */
const WINDOW = Math.round(45);
const REFRACTORY = Math.round(60);
const T_WAVE = Math.round(108);
/** The levels are learnt from the first two seconds. */
const LEARNING = 600;
/** A beat is searched for again where none was found for this many mean intervals. */
const SEARCH_BACK = 1.66;
/** R peaks of millivolts at 300 Hz, as sample indices in order. */
function panTompkins(millivolts) {
  const band = bandPass(millivolts);
  const slope = derivative(band);
  return select(candidates(integrate(slope), slope)).map((at) => refine(band, at));
}
/** Zero-phase: each second-order section runs forwards and backwards. */
function bandPass(x) {
  return bothWays(bothWays(x, section('high', LOW_HZ)), section('low', HIGH_HZ));
}
/** Butterworth section by the bilinear transform. */
function section(kind, hertz) {
  const k = Math.tan((Math.PI * hertz) / 300);
  const norm = 1 / (1 + Math.SQRT2 * k + k * k);
  const b0 = kind === 'low' ? k * k * norm : norm;
  return {
    b: [b0, kind === 'low' ? 2 * b0 : -2 * b0, b0],
    a: [2 * (k * k - 1) * norm, (1 - Math.SQRT2 * k + k * k) * norm],
  };
}
function bothWays(x, filter) {
  return run(run(x, filter).reverse(), filter).reverse();
}
function run(x, { b: [b0, b1, b2], a: [a1, a2] }) {
  const y = new Float32Array(x.length);
  const first = x[0] ?? 0;
  const rest = (first * (b0 + b1 + b2)) / (1 + a1 + a2);
  let [x1, x2, y1, y2] = [first, first, rest, rest];
  for (let i = 0; i < x.length; i++) {
    const v = b0 * x[i] + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    [x2, x1, y2, y1] = [x1, x[i], y1, v];
    y[i] = v;
  }
  return y;
}
function derivative(x) {
  return x.map((_, i) => {
    const at = (k) => x[Math.max(0, Math.min(x.length - 1, i + k))];
    return (2 * at(2) + at(1) - at(-1) - 2 * at(-2)) / 8;
  });
}
/** Mean of the squared slope over a centred window. */
function integrate(slope) {
  const out = new Float32Array(slope.length);
  const half = 22;
  let sum = 0;
  for (let i = -22; i < slope.length; i++) {
    const entering = i + half;
    if (entering < slope.length) sum += slope[entering] ** 2;
    const leaving = i - half - 1;
    if (leaving >= 0) sum -= slope[leaving] ** 2;
    if (i >= 0) out[i] = Math.max(0, sum / WINDOW);
  }
  return out;
}
/** Local maxima of the energy, none within 200 ms of a higher one. */
function candidates(energy, slope) {
  const found = [];
  for (let i = 1; i < energy.length - 1; i++) {
    if (energy[i] <= energy[i - 1] || energy[i] < energy[i + 1]) continue;
    const steepest = slope.subarray(Math.max(0, i - WINDOW), i + WINDOW).reduce((a, v) => Math.max(a, Math.abs(v)), 0);
    const candidate = {
      at: i,
      height: energy[i],
      slope: steepest,
    };
    const before = found.at(-1);
    if (before === void 0 || i - before.at >= REFRACTORY) found.push(candidate);
    else if (candidate.height > before.height) found[found.length - 1] = candidate;
  }
  return found;
}
function select(all) {
  const learnt = all.filter(({ at }) => at < LEARNING).map(({ height }) => height);
  let signal = 0.4 * Math.max(0, ...learnt);
  let noise = 0.1 * signal;
  const beats = [];
  let skipped = [];
  const accept = (candidate, weight) => {
    signal = weight * candidate.height + (1 - weight) * signal;
    beats.push(candidate);
    skipped = [];
  };
  for (const candidate of all) {
    const threshold = noise + 0.25 * (signal - noise);
    const last = beats.at(-1);
    const interval = meanInterval(beats);
    if (last !== void 0 && interval !== void 0 && candidate.at - last.at > SEARCH_BACK * interval) {
      const missed = skipped.filter(({ height }) => height > threshold / 2).sort((a, b) => b.height - a.height)[0];
      if (missed !== void 0) accept(missed, 0.25);
    }
    const before = beats.at(-1);
    const isTWave = before !== void 0 && candidate.at - before.at < T_WAVE && candidate.slope < before.slope / 2;
    if (candidate.height > threshold && !isTWave) accept(candidate, 0.125);
    else {
      noise = 0.125 * candidate.height + 0.875 * noise;
      if (!isTWave) skipped.push(candidate);
    }
  }
  return beats.map(({ at }) => at).sort((a, b) => a - b);
}
/** Mean of the last eight intervals, in samples. */
function meanInterval(beats) {
  const recent = beats.slice(-9);
  const [first, last] = [recent[0], recent.at(-1)];
  return first === void 0 || last === void 0 || recent.length < 3 ? void 0 : (last.at - first.at) / (recent.length - 1);
}
/** The largest deflection of the band-passed signal near the energy's maximum. */
function refine(band, at) {
  const from = Math.max(0, at - 22);
  const near = band.subarray(from, at + 22);
  let best = 0;
  for (let i = 1; i < near.length; i++) if (Math.abs(near[i]) > Math.abs(near[best])) best = i;
  return from + best;
}
export { panTompkins };
