/** Who asks, and what a person may do. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role, Viewer } from '../protocol.js';

export interface Session {
  readonly viewer: Viewer;
  /** Wall milliseconds UTC at which it is over; Infinity where nobody has to log in. */
  readonly until: number;
}

export interface Gate {
  /** Undefined where nobody is logged in. */
  session(request: FastifyRequest): Promise<Session | undefined>;
  /** The page's own address as browsers name it in `Origin`; undefined: the host that the request was sent to. */
  readonly origin: string | undefined;
  /** Names that a request may be sent to; undefined: any. Keeps a foreign name that resolves to loopback out. */
  readonly hosts: ReadonlySet<string> | undefined;
  /** Adds /login, /callback, /logout, /logged-out. `onLogout`: a person has logged out in one browser. */
  routes(app: FastifyInstance, onLogout: (viewer: Viewer) => void): void;
}

/** From the least on. */
export const ROLES: readonly Role[] = ['viewer', 'clinician', 'admin'];

export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** The highest role among what a claim names; undefined where it names none. */
export function highestRole(claim: unknown): Role | undefined {
  const named = new Set(Array.isArray(claim) ? claim : [claim]);
  return ROLES.findLast((role) => named.has(role));
}

/** Everybody is an admin. */
export function openGate(): Gate {
  const viewer: Viewer = { id: 'open-access', name: 'open access', role: 'admin', openAccess: true };
  return {
    session: () => Promise.resolve({ viewer, until: Infinity }),
    origin: undefined,
    hosts: new Set(['localhost', '127.0.0.1', '[::1]']),
    routes: (app) => {
      app.get('/login', (_request, reply) => reply.redirect('/'));
    },
  };
}
