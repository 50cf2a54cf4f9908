import { z } from 'zod';
import { defineOptions, option } from './options.js';

/** Tasks of one's own, in one form wherever they are loaded. */
export const ownTaskOptions = defineOptions({
  tasks: option(z.array(z.string().min(1)), {
    help: 'Folders of tasks of your own (docs/own-tasks.md), beside those in tasks/ of the models folder. A module runs with all rights of the process: load what you trust',
    allowed: 'a comma-separated list of folders',
    default: [],
  }),
});
