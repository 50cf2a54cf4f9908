/** Serves the live connections: each page has one cursor in the event log. */
import type { Session } from './auth/gate.js';
import { watchSchema, type LiveSocket, type Page, type Resume } from './live-page.js';
import type { CompressionReport, Hello, SystemReport, Viewer, Watch } from './protocol.js';
import type { DashboardMetrics } from './metrics.js';
import { tileLead } from './tile-lead.js';
import type { Bed, Ward } from './ward.js';

/** Longest wait of a page for a change, wall ms. */
const PUMP_MS = 100;
const BEAT_MS = 5_000;
const PING_MS = 15_000;
/** Pings queue behind the bytes under way, so a page counts as gone only if those do not shrink meanwhile either. */
const MOST_SILENT_PINGS = 4;
const REPORT_MS = 3_000;
/** Bytes under way above which nothing more is sent. */
const MOST_BUFFERED = 4 * 1024 * 1024;
const BATCH = 2_000;
/** Least time between reads of a page's wishes, monotonic ms: each read sends signal. Only the newest wish counts. */
const WATCH_MS = 250;
/** Signal that is sent for a new tile at once, device ms: more than it shows. */
const TILE_MS = 30_000;

export interface LiveSettings {
  readonly ward: Ward;
  readonly instance: string;
  readonly version: string;
  readonly metrics: DashboardMetrics;
  readonly compression: () => CompressionReport;
  readonly system: () => SystemReport;
  /** Called when a person opens a bed. */
  readonly onView: (viewer: Viewer, device: string) => void;
}

export class Live {
  readonly #settings: LiveSettings;
  readonly #pages = new Set<Page>();
  readonly #timers: NodeJS.Timeout[];

  constructor(settings: LiveSettings) {
    this.#settings = settings;
    this.#timers = [
      setInterval(() => {
        for (const page of this.#pages) this.#pump(page);
      }, PUMP_MS),
      setInterval(() => {
        this.#report();
      }, REPORT_MS),
      setInterval(() => {
        this.#ping();
      }, PING_MS),
    ];
  }

  get connections(): number {
    return this.#pages.size;
  }

  attach(socket: LiveSocket, session: Session, resume: Resume | undefined): void {
    const { ward, instance, version, metrics } = this.#settings;
    const resumed = resume?.instance === instance && ward.log.reaches(resume.after);
    metrics.dashboardResumes.inc({ outcome: resumed ? 'resumed' : resume === undefined ? 'new' : 'reset' });
    const watch: Watch = { type: 'watch', beds: [], whole: null, reports: [] };
    const page: Page = {
      socket,
      session,
      sequence: resumed ? resume.after : 0,
      watch,
      heard: undefined,
      readAt: -Infinity,
      sentAt: 0,
      silentPings: 0,
      underWay: 0,
    };
    const hello: Hello = { type: 'hello', instance, resumed, now: Date.now(), viewer: session.viewer, version };
    socket.send(JSON.stringify(hello));
    if (!resumed) this.#reset(page);
    this.#pages.add(page);
    metrics.dashboardConnections.set(this.#pages.size);
    socket.on('pong', () => {
      page.silentPings = 0;
    });
    socket.on('message', (data: Buffer) => {
      this.#hear(page, data);
    });
    socket.on('error', () => {
      socket.terminate();
    });
    socket.on('close', () => {
      this.#pages.delete(page);
      metrics.dashboardConnections.set(this.#pages.size);
    });
  }

  /** Ends a person's connections. Pages whose session is still valid reconnect at once; the others get no ticket. */
  end({ id }: Viewer): void {
    for (const { socket, session } of this.#pages) if (session.viewer.id === id) socket.close(1008, 'logged out');
  }

  /** Cuts every connection without a close frame, as a network failure does. */
  cut(): void {
    for (const { socket } of this.#pages) socket.terminate();
  }

  /** Closes every connection properly: pages reconnect once the next server is up. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const { socket } of this.#pages) socket.close(1012, 'the server restarts');
  }

  #reset(page: Page): void {
    const { ward } = this.#settings;
    page.sequence = ward.log.newest;
    const events = ward.snapshot(Date.now()).map((event) => JSON.stringify(event));
    this.#sendUpdate(page, events);
  }

  #pump(page: Page): void {
    const { log } = this.#settings.ward;
    const { socket } = page;
    noteProgress(page);
    if (socket.readyState !== socket.OPEN || socket.bufferedAmount > MOST_BUFFERED) return;
    this.#read(page);
    if (!log.reaches(page.sequence)) {
      // The page was too slow for the log. A hello tells it so, as after a restart of the server.
      const { instance, version } = this.#settings;
      const hello: Hello = {
        type: 'hello',
        instance,
        resumed: false,
        now: Date.now(),
        viewer: page.session.viewer,
        version,
      };
      socket.send(JSON.stringify(hello));
      this.#settings.metrics.dashboardResumes.inc({ outcome: 'reset' });
      this.#reset(page);
      this.#fill(page, page.watch.beds);
      if (page.watch.whole !== null) this.#tellBed(page, page.watch.whole);
      return;
    }
    const entries = log.after(page.sequence, BATCH);
    if (entries.length === 0 && Date.now() - page.sentAt < BEAT_MS) return;
    for (const { window } of entries) {
      if (window !== undefined && this.#wants(page, window)) socket.send(window.frame);
    }
    page.sequence += entries.length;
    this.#sendUpdate(
      page,
      entries.map(({ json }) => json),
    );
  }

  #sendUpdate(page: Page, events: readonly string[]): void {
    page.sentAt = Date.now();
    const head = `{"type":"update","sequence":${page.sequence},"now":${page.sentAt},"events":[`;
    page.socket.send(`${head}${events.join(',')}]}`);
  }

  #wants({ watch }: Page, { device, stream }: { readonly device: string; readonly stream: string }): boolean {
    if (watch.whole === device) return true;
    return watch.beds.includes(device) && leadOf(this.#settings.ward.bed(device)) === stream;
  }

  #hear(page: Page, data: Buffer): void {
    // A page that asks but does not receive gets no more. It will reconnect and say again what it wants.
    if (page.socket.bufferedAmount > MOST_BUFFERED) {
      page.socket.terminate();
      return;
    }
    page.heard = data;
    this.#read(page);
  }

  #read(page: Page): void {
    const { socket, heard } = page;
    const now = performance.now();
    if (heard === undefined || now - page.readAt < WATCH_MS || socket.readyState !== socket.OPEN) return;
    page.heard = undefined;
    page.readAt = now;
    let watch: Watch;
    try {
      watch = watchSchema.parse(JSON.parse(heard.toString()));
    } catch {
      socket.close(1008, 'not a message of the page');
      return;
    }
    const before = new Set(page.watch.beds);
    const { whole } = page.watch;
    page.watch = watch;
    this.#fill(
      page,
      watch.beds.filter((device) => !before.has(device)),
    );
    if (watch.whole !== null && watch.whole !== whole) {
      this.#settings.onView(page.session.viewer, watch.whole);
      this.#tellBed(page, watch.whole);
    }
    if (watch.reports.length > 0) this.#reportTo(page, this.#reports());
  }

  /** Sends the signal that tiles need to show a whole sweep at once. */
  #fill({ socket }: Page, devices: readonly string[]): void {
    for (const device of devices) {
      const bed = this.#settings.ward.bed(device);
      const windows = bed?.streams.get(leadOf(bed) ?? '')?.ring.windows ?? [];
      const newest = windows.at(-1)?.endAt ?? 0;
      for (const { endAt, frame } of windows) if (endAt > newest - TILE_MS) socket.send(frame);
    }
  }

  /** Sends everything that is held of a bed: signal of all leads, beats and labels of the trend, audits. */
  #tellBed(page: Page, device: string): void {
    const bed = this.#settings.ward.bed(device);
    const streams = [...(bed?.streams.values() ?? [])];
    for (const { ring } of streams) for (const { frame } of ring.windows) page.socket.send(frame);
    const trends = streams.flatMap(({ rhythms, beats }) => [...rhythms, ...beats]);
    const audits = this.#settings.ward.audits.filter((audit) => audit.device === device);
    const events = [...trends, ...audits.map((result) => ({ kind: 'audit', result }) as const)];
    this.#sendUpdate(
      page,
      events.map((event) => JSON.stringify(event)),
    );
  }

  #reports() {
    const { compression, system } = this.#settings;
    return { compression: JSON.stringify(compression()), system: JSON.stringify(system()) };
  }

  #report(): void {
    const wanting = [...this.#pages].filter(({ watch }) => watch.reports.length > 0);
    if (wanting.length === 0) return;
    const reports = this.#reports();
    for (const page of wanting) this.#reportTo(page, reports);
  }

  #reportTo({ socket, watch }: Page, reports: Record<'compression' | 'system', string>): void {
    if (socket.bufferedAmount > MOST_BUFFERED) return;
    for (const name of watch.reports) socket.send(reports[name]);
  }

  /** Drops peers that vanished, which would hold their cursor for ever, and closes pages whose session is over. */
  #ping(): void {
    const now = Date.now();
    for (const page of this.#pages) {
      const isClosing = page.socket.readyState !== page.socket.OPEN;
      if (page.silentPings >= (isClosing ? 1 : MOST_SILENT_PINGS)) page.socket.terminate();
      else if (page.session.until <= now) page.socket.close(1008, 'the session is over');
      page.silentPings++;
      page.socket.ping();
    }
  }
}

/** A page whose bytes under way shrink is alive, however slow. */
function noteProgress(page: Page): void {
  const { bufferedAmount } = page.socket;
  if (bufferedAmount < page.underWay) page.silentPings = 0;
  page.underWay = bufferedAmount;
}

function leadOf(bed: Bed | undefined): string | undefined {
  return bed === undefined ? undefined : tileLead(bed.streams);
}
