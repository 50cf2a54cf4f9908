/** At least 30 seconds to read: newest, or any stretch that the topics hold. */
import type { App } from '../app.js';
import { bedName, type BedView, type StreamView } from '../store.js';
import { fetchResults, fetchWaves, ServerBusy, wfdbFiles } from '../strips.js';
import { TEXT } from '../text.js';
import { notify } from '../ui/announce.js';
import { button, h, setText } from '../ui/dom.js';
import { theme } from '../ui/theme.js';
import { setTime } from '../ui/time.js';
import { ROW_PX } from '../wave/strip-row.js';
import { drawStrip, rowDuration, type StripData } from '../wave/strip.js';
import { Surface } from '../wave/surface.js';
import { saveStrip } from './strip-export.js';
import { stripWords } from './strip-words.js';

/** At least so much is shown; rows are filled. */
const LEAST_MS = 30_000;
const STEP_MS = 10_000;

export interface StripPanel {
  readonly element: HTMLElement;
  update(): void;
  repaint(): void;
  close(): void;
}

export function stripPanel(app: App, bed: BedView): StripPanel {
  const words = TEXT.bedView;
  let stream: StreamView | undefined;
  /** Device ms of the left edge; undefined follows the newest. */
  let from: number | undefined;
  let stored: StripData | undefined;
  let originals: StripData['originals'] = [];
  let drawn = '';
  let reading = new AbortController();

  const canvas = h('canvas', { class: 'strip', role: 'img' });
  const surface = new Surface(canvas, () => {
    canvas.style.height = `${rows() * ROW_PX}px`;
    drawn = '';
    paint();
  });
  const place = h('time');
  const title = h('h3');
  const state = h('span', { class: 'strip-state', role: 'status' });
  const select = h('select', { 'aria-label': words.lead });
  const over = h('input', { type: 'checkbox' });
  const rows = (): number => Math.ceil(LEAST_MS / rowDuration(surface.width));
  const stripMs = (): number => rows() * rowDuration(surface.width);
  const begin = (): number => {
    if (from !== undefined) return from;
    const end = stream?.waves.at(-1)?.endAt ?? 0;
    return end - stripMs();
  };
  const data = (): StripData =>
    stored ?? { waves: stream?.waves ?? [], originals, beats: stream?.beats ?? [], rhythms: stream?.rhythms ?? [] };

  const paint = (): void => {
    if (surface.isEmpty || stream === undefined) return;
    const left = begin();
    const shown = { ...data(), originals: over.checked ? originals : [] };
    const key = [
      left,
      surface.width,
      shown.waves.length,
      shown.waves.at(-1)?.endAt,
      shown.beats.length,
      shown.rhythms.length,
      shown.originals.length,
    ].join(' ');
    if (key === drawn) return;
    drawn = key;
    const rowMs = rowDuration(surface.width);
    drawStrip(surface, { from: left, rows: rows(), rowMs }, shown, theme());
    setTime(place, left);
    setText(title, words.review(Math.round(stripMs() / 1000)));
    const label = `${words.review(Math.round(stripMs() / 1000))}, ${TEXT.bed(bedName(bed))}`;
    canvas.setAttribute('aria-label', `${label}: ${stripWords(shown, left, left + stripMs())}`);
    const isHeld = shown.waves.some(({ startAt, endAt }) => endAt > left && startAt < left + stripMs());
    if (stored !== undefined && !isHeld) setText(state, words.notKept);
  };

  const read = async (): Promise<void> => {
    const left = begin();
    reading.abort();
    reading = new AbortController();
    const { signal } = reading;
    const query = { device: bed.device, stream: stream?.info.stream ?? '', from: left, to: left + stripMs() };
    const held = stream?.waves[0];
    setText(state, words.reading);
    try {
      const needed = from !== undefined && (held === undefined || held.startAt > left);
      const waves = needed ? await fetchWaves(query, signal) : undefined;
      const events = needed ? await fetchResults(query, signal) : [];
      const audited = over.checked ? await fetchWaves({ ...query, topic: 'ecg.originals' }, signal) : [];
      if (signal.aborted) return;
      originals = audited;
      stored =
        waves === undefined
          ? undefined
          : {
              waves,
              originals,
              beats: events.filter((event) => event.kind === 'beats'),
              rhythms: events.filter((event) => event.kind === 'rhythm'),
            };
      setText(state, '');
    } catch (error) {
      if (!signal.aborted) setText(state, error instanceof ServerBusy ? words.busy : words.failed);
    }
    drawn = '';
    paint();
  };
  const move = (by: number): void => {
    const newest = (stream?.waves.at(-1)?.endAt ?? 0) - stripMs();
    const next = begin() + by;
    from = next >= newest ? undefined : next;
    stored = from === undefined ? undefined : stored;
    later.disabled = from === undefined;
    void read();
  };
  const later = button(
    `${words.newer} \u203a`,
    () => {
      move(STEP_MS);
    },
    { disabled: true },
  );
  const tools = h(
    'div',
    { class: 'bar strip-tools' },
    button(`\u2039 ${words.older}`, () => {
      move(-STEP_MS);
    }),
    place,
    later,
    button(words.newest, () => {
      move(Infinity);
    }),
    select,
    h('label', {}, over, words.original),
    state,
    h(
      'span',
      { class: 'exports' },
      button(words.png, () => {
        save();
      }),
      button(words.print, () => {
        print();
      }),
      button(words.wfdb, () => {
        saveWfdb();
      }),
    ),
  );
  const save = (): void => {
    saveStrip(surface, `${bedName(bed)}-${new Date(begin()).toISOString()}`);
  };
  const saveWfdb = (): void => {
    if (!app.mayAnswer) {
      notify(TEXT.notSent(TEXT.roles.clinician));
      return;
    }
    const left = begin();
    for (const href of wfdbFiles({
      device: bed.device,
      stream: stream?.info.stream ?? '',
      from: left,
      to: left + stripMs(),
    })) {
      const link = h('a', { href, download: '' });
      link.click();
    }
  };
  over.addEventListener('change', () => void read());
  select.addEventListener('change', () => {
    stream = bed.streams.get(select.value);
    stored = undefined;
    void read();
  });

  return {
    element: h(
      'section',
      { class: 'panel strip-panel' },
      title,
      tools,
      canvas,
      h('p', { class: 'legend' }, `${TEXT.speed}  \u00b7  ${words.peaksLegend}  \u00b7  ${TEXT.notMedicalLong}`),
    ),
    update: () => {
      const names = [...bed.streams.keys()].sort();
      if (names.length !== select.options.length) {
        select.replaceChildren(
          ...names.map((value) => h('option', { value }, bed.streams.get(value)?.info.lead || value)),
        );
        stream ??= bed.streams.get(names[0] ?? '');
        select.hidden = names.length < 2;
      }
      paint();
    },
    repaint: () => {
      drawn = '';
      paint();
    },
    close: () => {
      reading.abort();
      surface.close();
    },
  };
}
