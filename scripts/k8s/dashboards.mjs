/** Grafana dashboards, made from the table of panels. */
const COLUMNS = 2;
const SIZE = { w: 24 / COLUMNS, h: 8 };
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

function panel([title, unit, targets], i) {
  return {
    id: i + 1,
    type: 'timeseries',
    title,
    datasource: DATASOURCE,
    gridPos: { ...SIZE, x: (i % COLUMNS) * SIZE.w, y: Math.floor(i / COLUMNS) * SIZE.h },
    fieldConfig: {
      defaults: { unit, min: 0, custom: { lineWidth: 1, fillOpacity: 5, showPoints: 'never' } },
      overrides: [],
    },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
    targets: targets.map(([expr, legendFormat], at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: DATASOURCE,
      expr,
      legendFormat,
    })),
  };
}

export function dashboard(service, { title, panels }) {
  const model = {
    uid: `dynamic-deep-${service}`,
    title,
    tags: ['dynamic-deep'],
    timezone: 'browser',
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }] },
    panels: panels.map(panel),
  };
  return `${JSON.stringify(model, null, 2)}\n`;
}
