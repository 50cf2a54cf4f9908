/** Colours and marks of the methods: one colour per family; members of a family differ in dash and mark. */
export interface SeriesStyle {
  /** CSS variable. */
  readonly colour: string;
  readonly dash?: string;
  readonly mark: 'circle' | 'square' | 'triangle' | 'diamond';
}

const STYLES: Readonly<Record<string, SeriesStyle>> = {
  'ladder-predictor': { colour: 'var(--ladder)', mark: 'circle' },
  'ladder-dense': { colour: 'var(--plain)', mark: 'triangle' },
  'ladder-synthesis': { colour: 'var(--plain)', mark: 'diamond' },
  'ladder-oracle': { colour: 'var(--ladder)', mark: 'square', dash: '6 4' },
  'paper-predictor': { colour: 'var(--paper)', mark: 'triangle' },
  'paper-predictor-added': { colour: 'var(--paper)', mark: 'circle' },
  'paper-oracle-3': { colour: 'var(--paper)', mark: 'square', dash: '6 4' },
  'paper-oracle-2': { colour: 'var(--paper)', mark: 'diamond', dash: '2 3' },
  'static-16': { colour: 'var(--static)', mark: 'triangle' },
  'static-32': { colour: 'var(--static)', mark: 'circle' },
  'static-64': { colour: 'var(--static)', mark: 'square', dash: '6 4' },
};

export function styleOf(name: string): SeriesStyle {
  return STYLES[name] ?? { colour: 'var(--ink)', mark: 'circle' };
}

export const CSS = `
:root { color-scheme: light dark; --page: #fbfbfa; --card: #ffffff; --ink: #1d2430; --muted: #5f6b7a; --line: #dde1e6;
  --grid: #eceff2; --ladder: #1763c6; --paper: #c8561b; --static: #6c7683; --plain: #2c8a62; --box: #cfe0f7; }
@media (prefers-color-scheme: dark) { :root { --page: #14171c; --card: #1b2027; --ink: #e7eaee; --muted: #9aa6b4;
  --line: #333b46; --grid: #262d36; --ladder: #6aa9ff; --paper: #f59a5c; --static: #a3adba; --plain: #5cc79a;
  --box: #21406b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, 'Segoe UI', Roboto, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 1.7rem; margin: 0 0 4px; } h2 { font-size: 1.2rem; margin: 40px 0 6px; }
p { max-width: 100ch; margin: 6px 0; } .muted { color: var(--muted); } code { font-size: 0.92em; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 20px 0; }
.card, figure, .table { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.card { padding: 12px 14px; } .card b { display: block; font-size: 1.6rem; line-height: 1.25; }
.card span { color: var(--muted); font-size: 0.85rem; display: block; }
figure { margin: 12px 0; padding: 14px 14px 10px; } figcaption { color: var(--muted); font-size: 0.86rem; max-width: 110ch; margin-top: 8px; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(430px, 100%), 1fr)); gap: 14px 26px; }
svg { width: 100%; height: auto; display: block; font: 12px system-ui, sans-serif; }
figure .wide { overflow-x: auto; } figure .wide > svg { min-width: 760px; }
svg text { fill: var(--ink); } svg .muted { fill: var(--muted); } svg .title { font-weight: 600; font-size: 13px; }
svg .grid { stroke: var(--grid); } svg .axis { stroke: var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 8px; padding: 0; list-style: none; font-size: 0.86rem; }
.legend li { display: flex; align-items: center; gap: 6px; } .legend svg { width: 34px; height: 14px; flex: none; }
.table { overflow-x: auto; margin: 12px 0; } table { border-collapse: collapse; width: 100%; font-size: 0.84rem;
  font-variant-numeric: tabular-nums; } th, td { padding: 6px 9px; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--line); } thead th { vertical-align: bottom; white-space: normal; font-weight: 600; }
tbody th, thead th:first-child { text-align: left; position: sticky; left: 0; background: var(--card); font-weight: 500; }
td.reason { text-align: left; white-space: normal; color: var(--muted); } tr.lead th, tr.lead td { font-weight: 700; }
tbody tr:last-child > * { border-bottom: 0; } details { margin: 8px 0; } summary { cursor: pointer; color: var(--muted); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; font-size: 0.86rem; margin: 8px 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
`;
