/** A variable that the program's scripts read, not a command: documented, and not refused as unknown. */
interface OtherVariable {
  readonly help: string;
  readonly default: string;
}

export interface ProgramSettings {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  /** Summaries of the first words of nested commands: `{ train: 'Train networks' }`. */
  readonly groups?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, OtherVariable>>;
  readonly stdout?: NodeJS.WritableStream;
  readonly stderr?: NodeJS.WritableStream;
}
