import { fileURLToPath } from 'node:url';

/** The models that ship with the program, wherever it is started from. */
export const SHIPPED_MODELS = fileURLToPath(new URL('../../../models', import.meta.url));
