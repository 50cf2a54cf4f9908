/** Ward view: one tile per bed, the most urgent first. */
import { urgency } from '../alarms.js';
import type { App, View } from '../app.js';
import { bedName, type BedView } from '../store.js';
import { TEXT } from '../text.js';
import { h, setText } from '../ui/dom.js';
import { onTheme } from '../ui/theme.js';
import { Tile } from './tile.js';

/** Least time between two sorts of the beds, ms, so that somebody who reads a tile finds it again. */
const SORT_MS = 3_000;
/** Preferred aspect ratio of a tile, and the smallest size at which it can be read, CSS px. */
const ASPECT = 2.5;
const LEAST = { width: 330, height: 122 };
const GAP = 8;
/** Most beds whose signal a page asks for. */
const MOST_WATCHED = 200;

export function wardView(app: App): View {
  const tiles = new Map<string, Tile>();
  const list = h('div', { class: 'tiles' });
  const empty = h('p', { class: 'empty' }, TEXT.noBeds);
  const select = h('select', { 'aria-label': TEXT.ward }, h('option', { value: '' }, TEXT.allWards));
  const count = h('span', { class: 'count' });
  const element = h('section', { class: 'ward' }, h('div', { class: 'bar' }, select, count), empty, list);
  const dirty = new Set<string>();
  let sortedAt = 0;
  let agedAt = 0;

  const inSight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        tiles.get((target as HTMLElement).dataset['device'] ?? '')?.show(isIntersecting);
      watch();
    },
    { rootMargin: '100px' },
  );
  const watch = (): void => {
    const shown = [...tiles.values()].filter(({ isShown }) => isShown).map(({ bed }) => bed.device);
    app.connection.watch({ beds: shown.slice(0, MOST_WATCHED).sort(), whole: null, reports: [] });
  };
  const isWanted = (bed: BedView): boolean =>
    bed.streams.size > 0 && (select.value === '' || gatewayOf(bed) === select.value);

  const refresh = (): void => {
    for (const [device, tile] of tiles) {
      if (app.store.beds.get(device) === tile.bed && isWanted(tile.bed)) continue;
      inSight.unobserve(tile.element);
      tile.show(false);
      tile.element.remove();
      tiles.delete(device);
    }
    for (const bed of app.store.beds.values()) {
      if (tiles.has(bed.device) || !isWanted(bed)) continue;
      const tile = new Tile(app, bed);
      tiles.set(bed.device, tile);
      dirty.add(bed.device);
      inSight.observe(tile.element);
      sortedAt = 0;
    }
    const gateways = [...new Set([...app.store.beds.values()].map(gatewayOf))].filter((name) => name !== '').sort();
    const offered = [...select.options].slice(1).map(({ value }) => value);
    if (gateways.join('\n') !== offered.join('\n')) {
      const chosen = select.value;
      select.replaceChildren(
        h('option', { value: '' }, TEXT.allWards),
        ...gateways.map((value) => h('option', { value }, value)),
      );
      select.value = gateways.includes(chosen) ? chosen : '';
    }
    select.hidden = gateways.length < 2;
    empty.hidden = tiles.size > 0;
    setText(count, TEXT.beds(tiles.size));
    layout();
  };

  /** Makes tiles as large as fits all of them. If they do not fit at a readable size, the page scrolls. */
  const layout = (): void => {
    const width = list.clientWidth;
    const height = innerHeight - list.getBoundingClientRect().top - scrollY - 24;
    const most = Math.max(1, Math.floor((width + GAP) / (LEAST.width + GAP)));
    let best = { columns: most, size: 0, rows: LEAST.height };
    for (let columns = 1; columns <= most; columns++) {
      const across = (width + GAP) / columns - GAP;
      const high = (height + GAP) / Math.ceil(tiles.size / columns) - GAP;
      const size = Math.min(across / ASPECT, high);
      if (high >= LEAST.height && size > best.size) best = { columns, size, rows: Math.min(high, across / 1.6) };
    }
    list.style.setProperty('--columns', String(best.columns));
    list.style.setProperty('--row', `${Math.floor(best.rows)}px`);
  };
  const resized = new ResizeObserver(layout);
  resized.observe(document.documentElement);

  const sort = (): void => {
    const now = app.connection.now();
    const wanted = [...tiles.values()].sort(
      (a, b) => urgency(a.bed, now) - urgency(b.bed, now) || compare(a.bed, b.bed),
    );
    // Reorder the document, not only its appearance, so that keyboard and screen reader follow the same order as the eye.
    const focused = document.activeElement;
    let place = list.firstElementChild;
    for (const { element: tile } of wanted) {
      if (tile === place) place = place.nextElementSibling;
      else list.insertBefore(tile, place);
    }
    if (focused instanceof HTMLElement && document.activeElement !== focused && list.contains(focused)) focused.focus();
  };

  const stop = [
    app.store.bedChanged.on((device) => {
      if (device === null || !tiles.has(device)) dirty.add('');
      else dirty.add(device);
    }),
    onTheme(() => {
      for (const tile of tiles.values()) tile.repaint();
    }),
  ];
  select.addEventListener('change', () => {
    refresh();
    sort();
  });
  requestAnimationFrame(refresh);

  return {
    element,
    title: TEXT.views.ward,
    update: () => {
      if (dirty.delete('')) refresh();
      const now = performance.now();
      if (now - sortedAt > SORT_MS) {
        sortedAt = now;
        sort();
      }
      const aged = now - agedAt > 1_000;
      if (aged) agedAt = now;
      for (const tile of tiles.values()) if (dirty.has(tile.bed.device) || (aged && tile.isShown)) tile.update();
      dirty.clear();
    },
    draw: (now) => {
      for (const tile of tiles.values()) if (tile.isShown) tile.draw(now);
    },
    close: () => {
      for (const end of stop) end();
      inSight.disconnect();
      resized.disconnect();
      for (const tile of tiles.values()) tile.show(false);
    },
  };
}

function gatewayOf({ streams }: BedView): string {
  return [...streams.values()][0]?.info.gateway ?? '';
}

const ORDER = new Intl.Collator(undefined, { numeric: true });

function compare(a: BedView, b: BedView): number {
  return ORDER.compare(bedName(a), bedName(b)) || ORDER.compare(a.device, b.device);
}
