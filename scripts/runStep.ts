import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

/** How many guarantees a runner confirmed and refuted. */
export interface Counts {
  passed: number;
  failed: number;
  /** What was refuted, where the runner can name it: a heading and why, so that the end of a long output tells it again. */
  refuted?: readonly string[];
}

export interface StepOptions {
  env?: Readonly<Record<string, string>>;
  /** Show the output as it comes; else it is kept and returned. */
  stream?: boolean;
  /** Ends the program after this many milliseconds, rounded up: Node takes whole ones alone. */
  timeoutMs?: number;
  /** Ends the program when it aborts. */
  signal?: AbortSignal;
}

export interface StepResult {
  ok: boolean;
  output: string;
  durationMs: number;
}

/** Runs a program of `node_modules` (by its script path) with this Node, from the root of the project. */
export function runNode(args: readonly string[], options: StepOptions = {}): Promise<StepResult> {
  return runProgram(process.execPath, args, options);
}

export function runProgram(
  program: string,
  args: readonly string[],
  options: StepOptions = {},
): Promise<StepResult> {
  const startedMs = performance.now();
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', options.stream ? 'inherit' : 'pipe', options.stream ? 'inherit' : 'pipe'],
    signal: options.signal,
    timeout: options.timeoutMs === undefined ? undefined : Math.ceil(options.timeoutMs),
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve) => {
    const finish = (ok: boolean, note: string) =>
      resolve({ ok, output: output + note, durationMs: performance.now() - startedMs });
    child.once('error', (error) => finish(false, error.message));
    child.once('close', (code, signal) => finish(code === 0, signal ? `ended by ${signal}` : ''));
  });
}

export function add(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    refuted: [...(a.refuted ?? []), ...(b.refuted ?? [])],
  };
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
