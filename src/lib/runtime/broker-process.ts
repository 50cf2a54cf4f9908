import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { existsSync, renameSync, rmSync } from 'node:fs';
import type { BrokerProgram } from './broker-files.js';

const LAST_LINES = 12;

export interface JavaRun {
  child: ChildProcess;
  /** Its last lines of output, for an error message. */
  lastLines: string[];
  /** Resolves, never rejects, when the process is gone. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface JavaOptions {
  program: BrokerProgram;
  mainClass: string;
  args: string[];
  heapMegabytes: number;
  log?: ((line: string) => void) | undefined;
  /** Leaves an archive of the loaded classes behind at a regular exit, if there is none yet. */
  archiveClasses?: boolean;
}

export function runJava({
  program,
  mainClass,
  args,
  heapMegabytes,
  log,
  archiveClasses = false,
}: JavaOptions): JavaRun {
  const { java, classPath, classArchive } = program;
  const partial = `${classArchive}.${process.pid}`;
  const archived = existsSync(classArchive);
  const makesArchive = archiveClasses && !archived;
  const flags = [`-Xmx${heapMegabytes}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  if (archived) flags.push(`-XX:SharedArchiveFile=${classArchive}`);
  if (makesArchive) flags.push(`-XX:ArchiveClassesAtExit=${partial}`);
  // The JVM ignores an archive that does not fit: no warning is needed.
  flags.push('-Xlog:disable', '-Xlog:all=error:stderr', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn');

  // A process group of its own: Ctrl-C at the terminal reaches only our own processes, which still need the broker to drain.
  const child = spawn(java, [...flags, '-cp', classPath, mainClass, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      // The message and causes of a Java exception are kept, not its stack frames.
      if (!/^\s+at /.test(line)) lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      log?.(line);
    });
  }
  const exited: JavaRun['exited'] = new Promise((resolve) => {
    child.once('error', (error) => {
      lastLines.push(error.message);
      resolve({ code: -1, signal: null });
    });
    child.once('close', (code, signal) => {
      if (makesArchive) settleArchive(partial, classArchive);
      resolve({ code, signal });
    });
  });
  return { child, lastLines, exited };
}

/**
 * Puts the archive in place. Several first brokers may stop at once: each has a file of its own, and the last one renamed
 * stays.
 */
function settleArchive(partial: string, final: string): void {
  try {
    renameSync(partial, final);
  } catch {
    // Killed before it wrote one: the next broker will.
    rmSync(partial, { force: true });
  }
}

/**
 * Ends the broker when this process ends in any way, SIGKILL included: a shell waits for the end of its input, which the system
 * closes with us. Returns a function that calls this off.
 */
export function endWithParent(pid: number, folderToRemove: string | undefined): () => void {
  const script = 'read -r line; [ "$line" = off ] && exit; kill -9 "$1" 2>/dev/null; [ -z "$2" ] || rm -rf -- "$2"';
  const guard = spawn('/bin/sh', ['-c', script, 'broker-guard', String(pid), folderToRemove ?? ''], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  return () => {
    guard.stdin.end('off\n');
  };
}
