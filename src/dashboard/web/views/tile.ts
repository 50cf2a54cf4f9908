/** Tile of one bed in the ward view. Its canvases exist only while it is in sight. */
import { nameOf, STARS, byUrgency, isQuiet } from '../alarms.js';
import type { App, View } from '../app.js';
import { qualityOf } from '../quality.js';
import { bedName, firstLead, type BedView, type StreamView } from '../store.js';
import { TEXT } from '../text.js';
import { h, setAttribute, setText } from '../ui/dom.js';
import { theme } from '../ui/theme.js';
import { rhythmOf, vitalsOf } from '../vitals.js';
import { drawGrid } from '../wave/grid.js';
import { AMPLITUDES } from '../wave/scale.js';
import { Surface } from '../wave/surface.js';
import { Sweep } from '../wave/sweep.js';

interface Drawing {
  readonly grid: Surface;
  readonly trace: Surface;
  readonly sweep: Sweep;
}

export class Tile implements Pick<View, 'element'> {
  readonly element: HTMLElement;
  readonly bed: BedView;
  readonly #app: App;
  readonly #name = h('a', { class: 'bed-name' });
  readonly #lead = h('span', { class: 'lead' });
  readonly #alarm = h('span', { class: 'alarm' });
  readonly #answer: HTMLButtonElement;
  readonly #wave = h('div', { class: 'wave', role: 'img' });
  readonly #scale = h('span', { class: 'scale' });
  readonly #rate = h('span', { class: 'rate' });
  readonly #rhythm = h('span', { class: 'rhythm' });
  readonly #rung = h('span', { class: 'rung' });
  readonly #gain = h('span', { class: 'gain', title: TEXT.gainLabel });
  readonly #quality = h('span', { class: 'quality' });
  readonly #age = h('span', { class: 'age' });
  #drawing: Drawing | undefined;
  #drawn: StreamView | undefined;
  /** Id of the alarm shown beside the button, so that a click answers the alarm that was read. */
  #shownAlarm: string | undefined;

  constructor(app: App, bed: BedView) {
    this.#app = app;
    this.bed = bed;
    this.#answer = h('button', { type: 'button', class: 'answer', hidden: true }, TEXT.acknowledgeSign);
    this.#answer.addEventListener('click', () => {
      const alarm = this.#shownAlarm;
      if (alarm !== undefined) app.command({ device: bed.device, action: 'ACKNOWLEDGE', alarm, pauseMs: null });
    });
    this.#wave.append(this.#scale);
    this.element = h(
      'article',
      { class: 'tile', 'data-device': bed.device },
      h(
        'div',
        { class: 'tile-body' },
        h('header', {}, this.#name, this.#lead, this.#alarm, this.#answer),
        this.#wave,
        h('div', { class: 'vitals' }, h('span', { class: 'unit' }, TEXT.bpm), this.#rate, this.#rhythm),
        h('footer', {}, this.#rung, this.#gain, this.#quality, this.#age),
      ),
    );
    this.#name.href = `#/bed/${encodeURIComponent(bed.device)}`;
  }

  get isShown(): boolean {
    return this.#drawing !== undefined;
  }

  /** Creates the canvases when the tile comes into sight, and drops them when it leaves. */
  show(shown: boolean): void {
    if (shown === this.isShown) return;
    if (!shown) {
      this.#drawing?.grid.close();
      this.#drawing?.trace.close();
      this.#drawing?.grid.canvas.remove();
      this.#drawing?.trace.canvas.remove();
      this.#drawing = undefined;
      return;
    }
    const grid = new Surface(h('canvas'), () => {
      drawGrid(grid, theme());
    });
    const trace = new Surface(h('canvas'), () => {
      sweep.restart();
    });
    const sweep = new Sweep(trace);
    this.#wave.prepend(grid.canvas, trace.canvas);
    this.#drawing = { grid, trace, sweep };
  }

  repaint(): void {
    if (this.#drawing === undefined) return;
    drawGrid(this.#drawing.grid, theme());
    this.#drawing.sweep.restart();
  }

  draw(now: number): void {
    const lead = firstLead(this.bed);
    if (lead !== this.#drawn) {
      this.#drawing?.trace.clear();
      this.#drawing?.sweep.restart();
      this.#drawn = lead;
    }
    const at = lead?.playback.position(now);
    if (lead !== undefined && at !== undefined) this.#drawing?.sweep.draw(lead.waves, at, theme());
  }

  /** Updates everything but the waveform. */
  update(): void {
    const { bed } = this;
    const name = bedName(bed);
    const lead = firstLead(bed);
    setText(this.#name, name);
    setAttribute(this.#name, 'title', bed.device);
    setText(this.#lead, lead?.info.lead ?? '');
    const vitals = vitalsOf(lead, this.#app.connection.now());
    const { age, isSilent, bpm } = vitals;
    // A signal that has stopped has no quality and no gain.
    const newest = isSilent ? undefined : lead?.newest;
    setText(this.#rate, bpm === null ? TEXT.noRate : bpm.toFixed(0));
    setText(this.#rhythm, rhythmOf(vitals, TEXT.rhythmsShort));
    setAttribute(this.#rhythm, 'title', rhythmOf(vitals, TEXT.rhythms));
    setText(this.#rung, newest?.rung ?? '');
    setAttribute(
      this.#rung,
      'title',
      newest === undefined ? '' : newest.lossless ? TEXT.lossless : TEXT.reconstructed(newest.rung),
    );
    setText(this.#gain, newest === undefined ? '' : TEXT.gain(newest.payloadGain));
    // If there was a signal before, the age already says that there is none now.
    const none = age === undefined ? TEXT.quality.none : '';
    setText(this.#quality, newest === undefined ? none : qualityOf(newest.flags));
    this.#quality.classList.toggle('bad', newest === undefined || qualityOf(newest.flags) !== TEXT.quality.good);
    setText(this.#age, age === undefined ? '' : isSilent ? TEXT.silent(age) : TEXT.age(age));
    this.element.classList.toggle('silent', isSilent);
    this.#updateAlarm(name);
    const amplitude = this.#drawing?.sweep.amplitude ?? AMPLITUDES[0];
    const isCalibrated = lead?.info.calibrated ?? true;
    setText(this.#scale, isCalibrated ? TEXT.amplitude(amplitude) : TEXT.uncalibrated);
    this.#scale.classList.toggle('usual', isCalibrated && amplitude === AMPLITUDES[0]);
    const spoken = `${TEXT.waveform(name)}. ${TEXT.heartRate} ${this.#rate.textContent}. ${this.#rhythm.textContent}.`;
    setAttribute(this.#wave, 'aria-label', spoken);
  }

  #updateAlarm(name: string): void {
    const now = this.#app.connection.now();
    const alarms = this.#alarms();
    const [first] = alarms;
    setAttribute(this.element, 'data-priority', first?.priority ?? '');
    this.element.classList.toggle('quiet', first !== undefined && isQuiet(first, now));
    const more = alarms.length > 1 ? ` ${TEXT.more(alarms.length - 1)}` : '';
    setText(this.#alarm, first === undefined ? '' : `${STARS[first.priority]} ${nameOf(first)}${more}`);
    setAttribute(this.#alarm, 'title', alarms.map((alarm) => `${STARS[alarm.priority]} ${alarm.message}`).join('\n'));
    this.#answer.hidden = first === undefined || first.acknowledgedBy !== null || !this.#app.mayAnswer;
    this.#shownAlarm = first?.id;
    if (first === undefined) return;
    const label = TEXT.acknowledgeOf(nameOf(first), name);
    setAttribute(this.#answer, 'aria-label', label);
    setAttribute(this.#answer, 'title', label);
  }

  #alarms() {
    return [...this.bed.alarms.values()].sort(byUrgency(this.#app.connection.now()));
  }
}
