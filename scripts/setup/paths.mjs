import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Downloads live outside node_modules, which `npm ci` empties. The same rule as in src/lib/runtime/broker-files.ts. */
const CACHE = resolve(process.env.DYNAMIC_DEEP_CACHE || join(homedir(), '.cache', 'dynamic-deep'));

/** Stamps that must vanish together with node_modules. */
export const STAMPS = join(ROOT, 'node_modules', '.cache', 'dynamic-deep');

export const inRoot = (...parts) => join(ROOT, ...parts);
export const inCache = (...parts) => join(CACHE, ...parts);
