/** Entry point of `dynamic-deep`. */
import { program } from './commands.js';

process.exitCode = await program.main(process.argv.slice(2), process.env);
