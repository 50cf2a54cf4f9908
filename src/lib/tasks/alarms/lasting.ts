/**
 * How long conditions have held, before their alarms begin. A reason why a lead cannot be read comes and goes with its pieces: it
 * lasts while it was present for at least half of the time since it first came, and only the time that it was present counts.
 * Other conditions must hold without a break. Times are milliseconds of the device's clock.
 */
import type { EpisodesState } from './episode.js';
import type { AlarmKind } from './kinds.js';

type State = Pick<EpisodesState, 'onSince' | 'onLast' | 'onGone'>;

const COMES_AND_GOES: readonly AlarmKind[] = ['lead-off', 'decode-failed', 'saturation', 'noise'];

/** Notes that the condition holds at `at`, this time since `since`. Returns since when it has lasted, and for how long. */
export function holds(state: State, kind: AlarmKind, since: number, at: number): { began: number; lasted: number } {
  const { began = since, there, gone, last } = soFar(state, kind, at);
  const away = COMES_AND_GOES.includes(kind) ? gone + Math.max(0, since - last) : 0;
  const goesOn = away <= there;
  // The bed's time falls back if a lead whose clock is ahead ends.
  const from = Math.min(goesOn ? began : since, at);
  state.onSince[kind] = from;
  if (COMES_AND_GOES.includes(kind)) {
    state.onLast = { ...state.onLast, [kind]: at };
    state.onGone = { ...state.onGone, [kind]: goesOn ? away : 0 };
  }
  return { began: from, lasted: at - from - (goesOn ? away : 0) };
}

/** Notes that the condition does not hold at `at`. */
export function isGone(state: State, kind: AlarmKind, at: number): void {
  const { there, gone, last } = soFar(state, kind, at);
  if (!COMES_AND_GOES.includes(kind) || gone + at - last > there) forget(state, kind);
}

/** Forgets a condition that comes and goes when its episode is over: the next one begins anew. */
export function isOver(state: State, kind: AlarmKind): void {
  if (COMES_AND_GOES.includes(kind)) forget(state, kind);
}

export function forgetAll(state: State): void {
  state.onSince = {};
  state.onLast = {};
  state.onGone = {};
}

/** Returns when the condition began and was last present, and for how long it was present and gone in between. */
function soFar({ onSince, onLast, onGone }: State, kind: AlarmKind, at: number) {
  const began = onSince[kind];
  const last = Math.min(onLast?.[kind] ?? at, at);
  const gone = onGone?.[kind] ?? 0;
  return { began, last, gone, there: Math.max(0, last - (began ?? last) - gone) };
}

function forget(state: State, kind: AlarmKind): void {
  if (state.onSince[kind] === undefined) return;
  state.onSince = without(state.onSince, kind);
  if (state.onLast !== undefined) state.onLast = without(state.onLast, kind);
  if (state.onGone !== undefined) state.onGone = without(state.onGone, kind);
}

/** Returns the record without one of its keys. */
export function without<T extends object>(record: T, key: keyof T): T {
  return Object.fromEntries(Object.entries(record).filter(([each]) => each !== key)) as T;
}
