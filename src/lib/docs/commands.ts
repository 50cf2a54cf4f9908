import { defineCommand, type Command } from '../runtime/command.js';
import { defineOptions } from '../runtime/options.js';
import type { Program } from '../runtime/program.js';
import { configurationPage } from './configuration.js';
import { errorsPage } from './errors.js';
import { metricsPage } from './metrics.js';

/** Hidden commands that print the generated pages: `dynamic-deep docs configuration > docs/configuration.md`. */
export function docsCommands(program: () => Program): Command[] {
  const pages: readonly (readonly [name: string, page: () => string])[] = [
    ['configuration', () => configurationPage(program())],
    ['errors', errorsPage],
    ['metrics', metricsPage],
  ];
  return pages.map(([name, page]) =>
    defineCommand({
      name: `docs ${name}`,
      summary: `Print docs/${name}.md`,
      hidden: true,
      options: defineOptions({}),
      run(_options, context) {
        context.stdout.write(page());
        return Promise.resolve();
      },
    }),
  );
}
