/** State and actions that the views share. */
import type { CommandRequest } from '../protocol.js';
import { sendCommand } from './alarms.js';
import type { Connection } from './connection.js';
import type { Store } from './store.js';
import { notify } from './ui/announce.js';

export interface View {
  readonly element: HTMLElement;
  /** Heading of the page. */
  readonly title: string;
  /** Called a few times a second, outside of frames. */
  update?(): void;
  /** Called every frame; `now`: ms of the monotonic clock. */
  draw?(now: number): void;
  close(): void;
}

export class App {
  readonly store: Store;
  readonly connection: Connection;

  constructor(store: Store, connection: Connection) {
    this.store = store;
    this.connection = connection;
  }

  get mayAnswer(): boolean {
    const role = this.connection.hello?.viewer.role;
    return role === 'clinician' || role === 'admin';
  }

  get mayEdit(): boolean {
    return this.connection.hello?.viewer.role === 'admin';
  }

  command(command: CommandRequest): void {
    void sendCommand(command).then(notify);
  }
}
