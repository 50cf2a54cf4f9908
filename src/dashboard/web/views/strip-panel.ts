/** Panel with a strip of at least 30 seconds: the newest, or any stretch that the topics hold. */
import type { App } from '../app.js';
import { bedName, type BedView, type StreamView } from '../store.js';
import { fetchResults, fetchWaves, ServerBusy, wfdbFiles } from '../strips.js';
import { TEXT } from '../text.js';
import { notify } from '../ui/announce.js';
import { button, h, setText } from '../ui/dom.js';
import { theme } from '../ui/theme.js';
import { setTime } from '../ui/time.js';
import { ROW_PX } from '../wave/strip-row.js';
import type { Range } from '../wave/holes.js';
import { heldStretch, newestStretch, type StripData } from '../wave/stretch.js';
import { drawStrip, rowDuration } from '../wave/strip.js';
import { Surface } from '../wave/surface.js';
import { saveStrip } from './strip-export.js';
import { stripWords } from './strip-words.js';

/** Least duration shown, device ms; the last row is filled up. */
const LEAST_MS = 30_000;
const STEP_MS = 10_000;
/** Fits between the margins of A4 landscape: a canvas that printing stretches to the page would no longer have 25 mm/s. */
const PAPER_WIDTH = '265mm';

export interface StripPanel {
  readonly element: HTMLElement;
  update(): void;
  repaint(): void;
  close(): void;
}

export function stripPanel(app: App, bed: BedView): StripPanel {
  const words = TEXT.bedView;
  let stream: StreamView | undefined;
  /** Device ms of the left edge; if undefined, the strip follows the newest signal. */
  let from: number | undefined;
  /** Copy of what was held or read for a fixed stretch, so that it stays while somebody reads it. */
  let stored: StripData | undefined;
  /** Stretch being printed; undefined otherwise. */
  let printed: Range | undefined;
  let originals: StripData['originals'] = [];
  let drawn = '';
  /** Leads in the list, to detect changes. */
  let offered = '';
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
  const leastMs = (): number => (printed === undefined ? LEAST_MS : printed.to - printed.from);
  const rows = (): number => Math.ceil(leastMs() / rowDuration(surface.width));
  const stripMs = (): number => rows() * rowDuration(surface.width);
  /** Device ms of the newest sample's end; without one, the current second by the server's clock. */
  const newest = (): number => stream?.waves.at(-1)?.endAt ?? Math.floor(app.connection.now() / 1000) * 1000;
  const begin = (): number => from ?? (printed?.to ?? newest()) - stripMs();
  const shownRange = (): Range => ({ from: begin(), to: begin() + stripMs() });
  const dataOf = (lead: StreamView): StripData => {
    if (from === undefined) return newestStretch(lead, shownRange());
    stored = heldStretch(lead, shownRange()) ?? stored;
    return stored ?? { ...newestStretch(lead, { from, to: from }), waves: [], beats: [], rhythms: [] };
  };

  const paint = (): void => {
    if (surface.isEmpty || stream === undefined) return;
    const left = begin();
    const shown = { ...dataOf(stream), originals: over.checked ? originals : [] };
    const key = [
      stream.info.stream,
      shown.calibrated,
      shown.known.from,
      shown.known.to,
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
    const label = `${words.review(Math.round(stripMs() / 1000))}, ${leadName()}, ${TEXT.bed(bedName(bed))}`;
    canvas.setAttribute('aria-label', `${label}: ${stripWords(shown, left, left + stripMs())}`);
  };
  const leadName = (): string => stream?.info.lead || (stream?.info.stream ?? '');

  const read = async (lead: StreamView): Promise<void> => {
    reading.abort();
    reading = new AbortController();
    const { signal } = reading;
    const range = shownRange();
    const query = { device: bed.device, stream: lead.info.stream, ...range };
    paint();
    setText(state, words.reading);
    try {
      const needed = from !== undefined && heldStretch(lead, range) === undefined;
      const waves = needed ? await fetchWaves(query, signal) : undefined;
      const events = needed ? await fetchResults(query, signal) : [];
      const audited = over.checked ? await fetchWaves({ ...query, topic: 'ecg.originals' }, signal) : [];
      if (signal.aborted) return;
      originals = audited;
      if (waves !== undefined) {
        stored = {
          ...newestStretch(lead, range),
          waves,
          beats: events.filter((event) => event.kind === 'beats'),
          rhythms: events.filter((event) => event.kind === 'rhythm'),
        };
      }
      const isKept = waves?.some(({ startAt, endAt }) => endAt > range.from && startAt < range.to) ?? true;
      setText(state, isKept ? '' : words.notKept);
    } catch (error) {
      if (!signal.aborted) setText(state, error instanceof ServerBusy ? words.busy : words.failed);
    }
    drawn = '';
    paint();
  };
  const move = (by: number): void => {
    if (stream === undefined) return;
    const next = begin() + by;
    from = next >= newest() - stripMs() ? undefined : next;
    stored = from === undefined ? undefined : stored;
    later.disabled = from === undefined;
    void read(stream);
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
    saveStrip(surface, `${bedName(bed)}-${leadName()}-${new Date(begin()).toISOString()}`);
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
  over.addEventListener('change', () => {
    if (stream !== undefined) void read(stream);
  });
  select.addEventListener('change', () => {
    stream = bed.streams.get(select.value);
    stored = undefined;
    originals = [];
    if (stream !== undefined) void read(stream);
  });
  /** Draws the same stretch at its width on paper, before the page is laid out for printing. */
  const beginPrint = (): void => {
    printed = shownRange();
    canvas.style.width = PAPER_WIDTH;
    fit();
  };
  const endPrint = (): void => {
    printed = undefined;
    canvas.style.width = '';
    fit();
  };
  const fit = (): void => {
    surface.measure();
    canvas.style.height = `${rows() * ROW_PX}px`;
    surface.measure();
    drawn = '';
    paint();
  };
  addEventListener('beforeprint', beginPrint);
  addEventListener('afterprint', endPrint);

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
      const labels = names.map((value) => bed.streams.get(value)?.info.lead || value);
      if (labels.join('\n') !== offered) {
        offered = labels.join('\n');
        select.replaceChildren(...names.map((value, i) => h('option', { value }, labels[i] ?? value)));
        stream ??= bed.streams.get(names[0] ?? '');
        select.value = stream?.info.stream ?? '';
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
      removeEventListener('beforeprint', beginPrint);
      removeEventListener('afterprint', endPrint);
      surface.close();
    },
  };
}
