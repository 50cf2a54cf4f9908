/**
 * Auditory alarm signals, off until somebody switches them on. Bursts of pulses by priority in the pattern of IEC 60601-1-8
 * (high: 3 + 2 twice, medium: 3, low: 1), synthesised here.
 */
import type { AlarmChange } from '../../protocol.js';

const STORED = 'dynamic-deep-sound';
/** `pulses`: their beginnings in seconds; `length`: of a pulse in seconds; `everyMs`: period at which the burst repeats. */
const BURSTS = {
  HIGH: { pulses: [0, 0.2, 0.4, 0.75, 0.95, 1.45, 1.65, 1.85, 2.2, 2.4], length: 0.12, hertz: 660, everyMs: 5_000 },
  MEDIUM: { pulses: [0, 0.3, 0.6], length: 0.2, hertz: 520, everyMs: 10_000 },
  LOW: { pulses: [0], length: 0.25, hertz: 440, everyMs: 30_000 },
} as const;
const LOUDNESS = 0.15;

let context: AudioContext | undefined;
let playedAt = -Infinity;
let played: AlarmChange['priority'] | undefined;

function isSoundOn(): boolean {
  return localStorage.getItem(STORED) === 'on';
}

/** `blocked`: sound is switched on, but the browser plays nothing until somebody clicks or presses a key on this page. */
export function soundState(): 'on' | 'off' | 'blocked' {
  if (!isSoundOn()) return 'off';
  context ??= new AudioContext();
  return context.state === 'running' ? 'on' : 'blocked';
}

/** Call it from a click, because browsers allow a page to start sound only then. */
export function setSound(on: boolean): void {
  localStorage.setItem(STORED, on ? 'on' : 'off');
  playedAt = -Infinity;
  unblockSound();
}

/** Call it on any click or key, because after a reload the page may start sound only then. */
export function unblockSound(): void {
  if (soundState() === 'blocked') void context?.resume();
}

/** Call it about every second with the most urgent priority that nobody has answered. */
export function soundFor(priority: AlarmChange['priority'] | undefined): void {
  if (priority === undefined || soundState() !== 'on' || context === undefined) return;
  const burst = BURSTS[priority];
  if (played === priority && performance.now() - playedAt < burst.everyMs) return;
  played = priority;
  playedAt = performance.now();
  for (const pulse of burst.pulses) play(context, context.currentTime + pulse, burst.length, burst.hertz);
}

function play(audio: AudioContext, at: number, length: number, hertz: number): void {
  const gain = audio.createGain();
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  gain.gain.setValueAtTime(LOUDNESS, at + length - 0.02);
  gain.gain.linearRampToValueAtTime(0, at + length);
  gain.connect(audio.destination);
  // A tone with harmonics can be located by ear; a pure sine cannot.
  for (const harmonic of [1, 2, 3, 4]) {
    const tone = audio.createOscillator();
    const level = audio.createGain();
    level.gain.value = 1 / harmonic;
    tone.frequency.value = hertz * harmonic;
    tone.connect(level).connect(gain);
    tone.start(at);
    tone.stop(at + length);
  }
}
