/** Authenticates requests, and orders the roles that decide what a person may do. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role, Viewer } from '../protocol.js';

export interface Session {
  readonly viewer: Viewer;
  /** Wall milliseconds UTC at which the session ends; Infinity if nobody has to log in. */
  readonly until: number;
}

export interface Gate {
  /** Returns undefined if nobody is logged in. */
  session(request: FastifyRequest): Promise<Session | undefined>;
  /** The page's own address as browsers send it in `Origin`; undefined: the host that the request was sent to. */
  readonly origin: string | undefined;
  /** Host names that a request may be sent to; undefined: any. Shuts out foreign names that resolve to loopback. */
  readonly hosts: ReadonlySet<string> | undefined;
  /** Adds /login, /callback, /logout, /logged-out. `onLogout` is called when a person logs out in one browser. */
  routes(app: FastifyInstance, onLogout: (viewer: Viewer) => void): void;
}

/** Roles, the least powerful first. */
export const ROLES: readonly Role[] = ['viewer', 'clinician', 'admin'];

export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Returns the highest role that a claim names; undefined if it names none. */
export function highestRole(claim: unknown): Role | undefined {
  const named = new Set(Array.isArray(claim) ? claim : [claim]);
  return ROLES.findLast((role) => named.has(role));
}

/** Gate without a login: everybody is an admin. */
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
