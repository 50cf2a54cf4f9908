import { z } from 'zod';
import { defineOptions, option } from './options.js';

/** The option for tasks of one's own, the same in every command that loads them. */
export const ownTaskOptions = defineOptions({
  tasks: option(z.array(z.string().min(1)), {
    help: 'Folders of tasks of your own (docs/own-tasks.md), beside those in tasks/ of the models folder. A module runs with all rights of the process: load what you trust',
    allowed: 'a comma-separated list of folders',
    default: [],
  }),
});
