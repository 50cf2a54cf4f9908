/** Generates docs/errors.md from the catalogue of errors. */
import { ERRORS } from '../errors/index.js';
import { code, markdownTable } from './table.js';

export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([name, { canRetry, help }]) => [code(name), canRetry ? 'yes' : 'no', help]);
  return `# Errors

Written by \`dynamic-deep docs errors\` from \`src/lib/errors/catalogue.ts\`: do not edit it by hand.

An expected failure has a code. On the command line it prints one line, \`error CODE: what happened\`, and one line of help. The
exit code is 1, or 2 for \`CONFIG_INVALID\` and \`POLICY_INVALID\`. Any other failure is a fault of the program: its stack is printed and
the exit code is 70. In logs the code is in \`err.code\`. "Retry" says whether the same call can succeed later.

${markdownTable(['Code', 'Retry', 'What to do'], rows)}
`;
}
