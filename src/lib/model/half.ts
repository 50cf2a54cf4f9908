/** Converts to IEEE 754 half precision: rounds to nearest even, limits values beyond 65,504 to that, keeps NaN. */
export function toHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  return Uint16Array.from(values, (value) => {
    // A training that diverged must not look like one that did not.
    if (Number.isNaN(value)) return 0x7e00;
    single[0] = Math.max(-65504, Math.min(65504, value));
    const b = bits[0]!;
    const sign = (b >>> 16) & 0x8000;
    const exponent = ((b >>> 23) & 0xff) - 112;
    const mantissa = b & 0x7fffff;
    if (exponent >= 1) return sign | roundShift((exponent << 23) | mantissa, 13);
    if (exponent < -10) return sign;
    return sign | roundShift(mantissa | 0x800000, 14 - exponent);
  });
}

function roundShift(value: number, shift: number): number {
  const half = 1 << (shift - 1);
  const kept = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}

export function fromHalf(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (h) => {
    const sign = h & 0x8000 ? -1 : 1;
    const exponent = (h >>> 10) & 0x1f;
    const mantissa = h & 0x3ff;
    if (exponent === 0) return sign * mantissa * 2 ** -24;
    if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
    return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
  });
}
