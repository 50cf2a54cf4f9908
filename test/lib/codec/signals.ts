/** Integers of `levels` values around 0 from a small generator of its own, alike on every machine. */
export function noise(count: number, levels: number): Int16Array {
  let state = 12_345;
  return Int16Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * levels) - levels / 2;
  });
}

/** A signal with the look of an ECG, of integer arithmetic alone: a wave, a spike every second, noise of 3 bits. */
export function beats(count: number, rate: number): Int16Array {
  const rough = noise(count, 8);
  return Int16Array.from({ length: count }, (_, t) => {
    const phase = t % rate;
    const spike = Math.max(0, 900 - 150 * Math.abs(phase - 40)) - Math.max(0, 200 - 50 * Math.abs(phase - 48));
    const wave = phase > 90 && phase < 170 ? Math.floor(((phase - 90) * (170 - phase)) / 10) : 0;
    return spike + wave + rough[t]! - 300;
  });
}
