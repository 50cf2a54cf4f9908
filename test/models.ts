import { SHIPPED_MODELS } from '../src/lib/runtime/paths.js';

/** Folder of the models that tests run: TEST_MODELS, or those that ship. */
export const MODELS = process.env['TEST_MODELS'] ?? SHIPPED_MODELS;
