import { fileURLToPath } from 'node:url';

/** The models that ship with the program, wherever it is started from. */
export const SHIPPED_MODELS = fileURLToPath(new URL('../../../models', import.meta.url));

/** The recordings that ship with the program. */
export const SHIPPED_SAMPLES = fileURLToPath(new URL('../../../samples', import.meta.url));

/** The policy that ships with the program. */
export const SHIPPED_POLICY = fileURLToPath(new URL('../../../policies/default.json', import.meta.url));

/** The page of the dashboard, as set-up builds it. */
export const BUILT_PAGE = fileURLToPath(new URL('../../../dist/web', import.meta.url));
