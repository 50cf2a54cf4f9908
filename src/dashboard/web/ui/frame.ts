/** Frame around every view: name, navigation, connection, clock, switches, and the notice that this is no medical device. */
import type { Hello } from '../../protocol.js';
import type { App } from '../app.js';
import { TEXT } from '../text.js';
import { byUrgency, isQuiet, soundingOf } from '../alarms.js';
import { announcers, notify } from './announce.js';
import { button, h, setAttribute, setText } from './dom.js';
import { setSound, soundFor, soundState, unblockSound } from './sound.js';
import { chooseTheme, themeChoice, type Choice } from './theme.js';
import { setTime } from './time.js';

export const VIEW_NAMES = ['ward', 'alarms', 'compression', 'policy', 'system'] as const;

export interface Frame {
  readonly main: HTMLElement;
  /** Sets the title and marks the current view in the navigation; a bed has no link there. */
  setPlace(name: string, title: string): void;
  /** Call it about once a second, and when alarms may have changed: timers of a hidden page are suspended. */
  update(): void;
}

/** Logs out and opens a page that does not log in again by itself. Without a confirmation this page stays and says so. */
async function logOut(): Promise<void> {
  try {
    const answer = await fetch('/logout', { method: 'POST' });
    if (answer.ok) location.assign('/logged-out');
    else notify(TEXT.notConfirmed(`status ${answer.status}`));
  } catch {
    notify(TEXT.notConfirmed(TEXT.noAnswer));
  }
}

export function createFrame(app: App): Frame {
  const links = VIEW_NAMES.map((name) => h('a', { href: `#/${name}`, 'data-view': name }, TEXT.views[name]));
  const badge = h('span', { class: 'open-alarms' });
  links[1]?.append(badge);
  const state = h('span', { class: 'connection', role: 'status' });
  const time = h('time', { class: 'clock' });
  const person = h('span', { class: 'person' });
  const warning = h('p', { class: 'open-access', hidden: true }, TEXT.openAccess);
  const sound = button('', () => {
    // If the sound is blocked, pressing the button unblocks it.
    setSound(soundState() !== 'on');
    showSound();
  });
  const showSound = (): void => {
    const state = soundState();
    setText(sound, TEXT.sound[state]);
    setAttribute(sound, 'aria-pressed', String(state === 'on'));
  };
  for (const type of ['pointerdown', 'pointerup', 'keydown'])
    addEventListener(type, ({ target }) => {
      // The button handles its own press: unblocked before its click, the sound would be switched off by that click.
      if (target !== sound) unblockSound();
    });
  const choices: Choice[] = ['auto', 'dark', 'light'];
  const select = h(
    'select',
    { 'aria-label': TEXT.theme.label },
    ...choices.map((value) => h('option', { value }, TEXT.theme[value])),
  );
  select.value = themeChoice();
  select.addEventListener('change', () => {
    chooseTheme(select.value as Choice);
  });
  const logout = button(TEXT.logout, () => {
    void logOut();
  });
  logout.hidden = true;
  const main = h('main', { id: 'content', tabindex: -1 });
  const skip = button(
    TEXT.skip,
    () => {
      main.focus();
    },
    { class: 'skip' },
  );
  document.body.append(
    skip,
    h(
      'header',
      { class: 'top' },
      h('span', { class: 'product' }, TEXT.product),
      h('nav', { 'aria-label': TEXT.navigation }, ...links),
      state,
      h('span', { class: 'not-medical', title: TEXT.notMedicalLong }, TEXT.notMedical),
      h('span', { class: 'tools' }, sound, select, person, logout, time),
    ),
    warning,
    main,
    ...announcers,
  );
  showSound();

  const showState = (): void => {
    setText(state, TEXT.connection[app.connection.state]);
    setAttribute(state, 'data-state', app.connection.state);
    document.body.classList.toggle('cut', app.connection.state === 'cut');
  };
  app.connection.stateChanged.on(showState);
  app.connection.greeted.on(({ viewer }: Hello) => {
    warning.hidden = !viewer.openAccess;
    logout.hidden = viewer.openAccess;
    setText(person, viewer.openAccess ? '' : `${viewer.name}, ${TEXT.roles[viewer.role]}`);
  });
  showState();

  return {
    main,
    setPlace: (name, title) => {
      document.title = `${title} - ${TEXT.product}`;
      for (const link of links) {
        if (link.dataset['view'] === name) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
      }
    },
    update: () => {
      const now = app.connection.now();
      setTime(time, now);
      const alarms = [...app.store.beds.values()].flatMap((bed) => [...bed.alarms.values()]);
      const [first] = alarms.filter((alarm) => !isQuiet(alarm, now)).sort(byUrgency(now));
      setText(badge, alarms.length === 0 ? '' : String(alarms.length));
      setAttribute(badge, 'data-priority', first?.priority ?? '');
      showSound();
      soundFor(soundingOf(app.store.beds.values(), now));
    },
  };
}
