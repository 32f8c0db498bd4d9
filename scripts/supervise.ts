import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './runStep';

export interface Supervised {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process has ended, with its exit code or signal. */
  readonly ended: Promise<string>;
  /** The end of its log, for telling why it ended. */
  lastLines(count: number): string;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when it is gone. */
  stop(graceMs?: number): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

export interface SuperviseOptions {
  name: string;
  /** Arguments of Node: a bundle, or `--import tsx` and a source. */
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** File that takes its output, emptied first. */
  logFile: string;
  /** Its output goes behind what the file holds. */
  keepLog?: boolean;
}

/**
 * Starts one of the product's processes. It runs in a session of its own, so that Ctrl-C reaches the supervisor alone
 * and processes stop in the right order, and it ends when the supervisor is gone.
 */
export function supervise({ name, args, env, logFile, keepLog }: SuperviseOptions): Supervised {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, keepLog ? 'a' : 'w');
  const preload = pathToFileURL(join(ROOT, 'scripts', 'endWithParent.mjs')).href;
  const child = spawn(process.execPath, ['--enable-source-maps', '--import', preload, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = endOf(child);
  return {
    name,
    pid: child.pid ?? -1,
    ended,
    lastLines: (count) => readFileSync(logFile, 'utf8').trim().split('\n').slice(-count).join('\n'),
    async stop(graceMs = 10_000) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? String(code)));
  });
}
