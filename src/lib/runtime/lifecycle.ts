/** What a service is doing, as one word that health checks, logs and metrics share. */

export const SERVICE_STATES = [
  /** Loads models, checks topics, connects: alive, not ready. */
  'starting',
  /** Waits for its first assignment, or rebuilds state from the log: alive, not ready. */
  'joining',
  /** Does its work: alive and ready. */
  'running',
  /** Its partitions are being reassigned: alive, not ready. */
  'rebalancing',
  /** Was told to end: finishes what it holds, takes nothing new. Alive, not ready. */
  'draining',
  /** Has ended cleanly. */
  'stopped',
  /** Cannot go on: not alive, so that it is restarted. */
  'failed',
] as const;

export type ServiceState = (typeof SERVICE_STATES)[number];

/** Allowed transitions. A drain never goes back to work, and nothing leaves the last two states. */
const NEXT: Readonly<Record<ServiceState, readonly ServiceState[]>> = {
  starting: ['joining', 'running', 'draining', 'failed'],
  joining: ['running', 'rebalancing', 'draining', 'failed'],
  running: ['rebalancing', 'joining', 'draining', 'failed'],
  rebalancing: ['joining', 'running', 'draining', 'failed'],
  draining: ['stopped', 'failed'],
  stopped: [],
  failed: [],
};

export class Lifecycle {
  #state: ServiceState = 'starting';
  readonly #onChange: (state: ServiceState, from: ServiceState) => void;

  constructor(onChange: (state: ServiceState, from: ServiceState) => void = () => undefined) {
    this.#onChange = onChange;
  }

  get state(): ServiceState {
    return this.#state;
  }

  /**
   * Enters a state. Returns false and changes nothing if the state may not follow: events of Kafka arrive late, after a drain
   * has begun. Returns true if it is the state already.
   */
  enter(state: ServiceState): boolean {
    if (state === this.#state) return true;
    if (!NEXT[this.#state].includes(state)) return false;
    const from = this.#state;
    this.#state = state;
    this.#onChange(state, from);
    return true;
  }
}
