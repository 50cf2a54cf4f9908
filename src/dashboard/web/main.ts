/** Starts the page. */
import './style/theme.css';
import './style/page.css';
import './style/ward.css';
import './style/alarms.css';
import './style/bed.css';
import './style/reports.css';
import './style/policy.css';
import type { AlarmChange } from '../protocol.js';
import { announcementOf } from './alarms.js';
import { App, type View } from './app.js';
import { Connection } from './connection.js';
import { Store } from './store.js';
import { announce } from './ui/announce.js';
import { createFrame } from './ui/frame.js';
import { animate, frameCost, startFrames } from './ui/frames.js';
import { applyTheme } from './ui/theme.js';
import { alarmsView } from './views/alarms.js';
import { bedView } from './views/bed.js';
import { compressionView } from './views/compression.js';
import { policyView } from './views/policy.js';
import { systemView } from './views/system.js';
import { wardView } from './views/ward.js';

const UPDATE_MS = 250;
const FORGET_MS = 60_000;
/** Alarms that begin within this time are announced in one line, such as those of all beds when their gateway is cut off. */
const GATHER_MS = 1_000;

applyTheme();
const store = new Store();
const login = (): void => {
  location.assign('/login');
};
const app = new App(store, new Connection(store, { origin: location.origin, login }));
const frame = createFrame(app);
let view: View | undefined;

function open(): void {
  view?.close();
  const [, name = 'ward', device = ''] = location.hash.split('/');
  view = viewOf(name, decodeURIComponent(device));
  frame.main.replaceChildren(h1(view.title), view.element);
  frame.setPlace(name, view.title);
  view.update?.();
}

function viewOf(name: string, device: string): View {
  switch (name) {
    case 'alarms':
      return alarmsView(app);
    case 'bed':
      return bedView(app, device);
    case 'compression':
      return compressionView(app);
    case 'policy':
      return policyView(app);
    case 'system':
      return systemView(app);
    default:
      return wardView(app);
  }
}

function h1(title: string): HTMLElement {
  const heading = document.createElement('h1');
  heading.className = 'visually-hidden';
  heading.textContent = title;
  return heading;
}

const began = new Map<string, AlarmChange>();
store.alarmBegan.on((alarm) => {
  began.set(alarm.id, alarm);
  if (began.size > 1) return;
  setTimeout(() => {
    // Use their present state: one may have ended or been acknowledged.
    const open = [...began.values()].flatMap(({ device, id }) => store.bed(device).alarms.get(id) ?? []);
    began.clear();
    const news = announcementOf(open, store, app.connection.now());
    if (news !== undefined) announce(news.text, news.isUrgent);
  }, GATHER_MS);
});
app.connection.updated.on(() => {
  frame.update();
});
addEventListener('hashchange', () => {
  open();
  frame.main.focus();
});
open();
animate((now) => view?.draw?.(now));
startFrames();
// Read by bench/dashboard.ts; the system view shows the same figures.
Object.assign(globalThis, { dynamicDeepFrames: frameCost });
setInterval(() => {
  frame.update();
  view?.update?.();
}, UPDATE_MS);
setInterval(() => {
  if (app.connection.state === 'live') store.forget(app.connection.now());
}, FORGET_MS);
void app.connection.connect();
