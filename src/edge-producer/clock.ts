/**
 * The device clock of a replay: it starts at the wall clock and runs `speed` times as fast. Live devices have speed 1.
 */
export interface DeviceClock {
  /** Wall milliseconds UTC at which the device clock shows `deviceMs`. */
  wallOf(deviceMs: number): number;
  /** Device milliseconds UTC now. */
  now(): number;
}

export function replayClock(speed: number, start: number = Date.now()): DeviceClock {
  return {
    wallOf: (deviceMs) => start + (deviceMs - start) / speed,
    now: () => start + (Date.now() - start) * speed,
  };
}
