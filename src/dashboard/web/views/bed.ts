/** View of one bed: live leads, a strip to read and scroll, trends, audits. */
import type { App, View } from '../app.js';
import { qualityOf } from '../quality.js';
import { bedName, firstLead, type StreamView } from '../store.js';
import { TEXT } from '../text.js';
import { h, setAttribute, setText } from '../ui/dom.js';
import { onTheme, theme } from '../ui/theme.js';
import { rhythmOf, vitalsOf } from '../vitals.js';
import { drawGrid } from '../wave/grid.js';
import { Surface } from '../wave/surface.js';
import { Sweep } from '../wave/sweep.js';
import { auditTable } from './audit-table.js';
import { bedAlarms } from './bed-alarms.js';
import { stripPanel } from './strip-panel.js';
import { rrTrend } from './rr-trend.js';

interface LiveLead {
  readonly stream: StreamView;
  readonly grid: Surface;
  readonly trace: Surface;
  readonly sweep: Sweep;
  readonly scale: HTMLElement;
}

export function bedView(app: App, device: string): View {
  const { store, connection } = app;
  store.open(device);
  connection.watch({ beds: [], whole: device, reports: [] });
  const bed = store.bed(device);
  const heading = h('h2');
  const rate = h('span', { class: 'rate' });
  const rhythm = h('span', { class: 'rhythm' });
  const details = h('p', { class: 'details' });
  const alarms = bedAlarms(app, bed);
  const lines = h('div', { class: 'live-leads' });
  const strip = stripPanel(app, bed);
  const trend = rrTrend(bed);
  const audits = auditTable(bed);
  const leads = new Map<string, LiveLead>();

  const addLead = (name: string, stream: StreamView): void => {
    const grid = new Surface(h('canvas'), () => {
      drawGrid(grid, theme());
    });
    const trace = new Surface(h('canvas'), () => {
      sweep.restart();
    });
    const sweep = new Sweep(trace);
    const scale = h('span', { class: 'scale' });
    lines.append(
      h(
        'div',
        { class: 'wave', role: 'img', 'aria-label': TEXT.waveform(`${bedName(bed)}, ${stream.info.lead}`) },
        grid.canvas,
        trace.canvas,
        scale,
      ),
    );
    leads.set(name, { stream, grid, trace, sweep, scale });
  };

  const element = h(
    'section',
    { class: 'bed' },
    h(
      'div',
      { class: 'bed-head' },
      h('a', { href: '#/ward', class: 'back' }, `\u2039 ${TEXT.bedView.back}`),
      heading,
      h('div', { class: 'bed-vitals' }, rate, h('span', { class: 'unit' }, TEXT.bpm), rhythm),
      details,
    ),
    alarms.element,
    h('section', { class: 'panel' }, h('h3', {}, TEXT.bedView.live), lines),
    strip.element,
    h('section', { class: 'panel' }, h('h3', {}, TEXT.bedView.trend), trend.element),
    h('section', { class: 'panel' }, h('h3', {}, TEXT.bedView.audits), audits.element),
  );
  const stop = [
    onTheme(() => {
      for (const { grid, sweep } of leads.values()) {
        drawGrid(grid, theme());
        sweep.restart();
      }
      strip.repaint();
    }),
  ];

  return {
    element,
    title: TEXT.bed(bedName(bed)),
    update: () => {
      for (const name of [...bed.streams.keys()].sort()) {
        const stream = bed.streams.get(name);
        if (stream !== undefined && !leads.has(name)) addLead(name, stream);
      }
      for (const { stream, sweep, scale } of leads.values()) {
        const { lead: name, calibrated } = stream.info;
        setText(scale, `${name}  ${TEXT.speed}  ${calibrated ? TEXT.amplitude(sweep.amplitude) : TEXT.uncalibrated}`);
      }
      const lead = firstLead(bed);
      setText(heading, TEXT.bed(bedName(bed)));
      setAttribute(heading, 'title', device);
      const vitals = vitalsOf(lead, connection.now());
      const { age, isSilent, bpm } = vitals;
      setText(rate, bpm === null ? TEXT.noRate : bpm.toFixed(0));
      setText(rhythm, rhythmOf(vitals, TEXT.rhythms));
      const newest = lead?.newest;
      setText(
        details,
        newest === undefined || age === undefined
          ? TEXT.loading
          : isSilent
            ? TEXT.silent(age)
            : [
                newest.lossless ? TEXT.lossless : TEXT.reconstructed(newest.rung),
                TEXT.gain(newest.payloadGain),
                qualityOf(newest.flags),
                TEXT.age(age),
              ].join('  \u00b7  '),
      );
      alarms.update();
      strip.update();
      trend.update();
      audits.update();
    },
    draw: (now) => {
      for (const { stream, sweep } of leads.values()) {
        const at = stream.playback.position(now);
        if (at !== undefined) sweep.draw(stream.waves, at, theme());
      }
    },
    close: () => {
      store.open(undefined);
      for (const end of stop) end();
      for (const { grid, trace } of leads.values()) {
        grid.close();
        trace.close();
      }
      strip.close();
      trend.close();
    },
  };
}
