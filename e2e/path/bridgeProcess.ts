import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The bridge as production runs it: one bundled file in a process of its own. */
export interface BridgeProcess {
  /** Answers `/readyz` with 200: broker and database are both there. */
  isReady(): Promise<boolean>;
  /** Readings held in memory, not yet durable; null while the bridge does not answer. */
  held(): Promise<number | null>;
  /** Ends it without warning. */
  kill(): Promise<void>;
  /** Starts it again with the same settings. */
  restart(): Promise<void>;
  /** Asks it to end; the exit code. */
  stop(): Promise<number | null>;
  /** False once it ended without being asked. */
  readonly running: boolean;
  readonly output: string;
}

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const READY_WITHIN_MS = 120_000;
const OUTPUT_KEPT = 20_000;

/** Bundles mqtt-bridge/main.ts for the process that calls; about 100 ms. */
async function bundle(): Promise<string> {
  const outfile = join(ROOT, '.data', 'test', 'bundles', `bridge-${process.pid}.mjs`);
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['mqtt-bridge/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  process.once('exit', () => rmSync(outfile, { force: true }));
  return outfile;
}

/** @param env DATABASE_URL and the broker: MQTT_URL, or MQTT_EMBEDDED with MQTT_PORT */
export async function startBridgeProcess(env: Readonly<Record<string, string>>): Promise<BridgeProcess> {
  const file = await bundle();
  const healthPort = await freePort();
  let output = '';
  let child: ChildProcess | null = null;

  function launch(): void {
    const started = spawn(process.execPath, [file], {
      cwd: ROOT,
      env: { ...process.env, MQTT_URL: '', SIM_PORT: '', ...env, BRIDGE_PORT: String(healthPort) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_KEPT);
    };
    started.stdout.on('data', keep);
    started.stderr.on('data', keep);
  }

  async function health(): Promise<{ ready: boolean; heldReadings: number } | null> {
    try {
      const response = await fetch(`http://127.0.0.1:${healthPort}/readyz`, {
        signal: AbortSignal.timeout(2_000),
      });
      return (await response.json()) as { ready: boolean; heldReadings: number };
    } catch {
      return null;
    }
  }

  let answered: unknown = null;
  const isReady = async () => {
    const answer = await health();
    answered = answer;
    return answer?.ready ?? false;
  };

  async function start(): Promise<void> {
    launch();
    const until = performance.now() + READY_WITHIN_MS;
    while (!(await isReady())) {
      const ended = child?.exitCode !== null || child.signalCode !== null;
      if (ended || performance.now() > until)
        throw new Error(`the bridge did not start; it answers ${JSON.stringify(answered)}:\n${output}`);
      await pause(20);
    }
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return ending?.exitCode ?? null;
    return new Promise((resolve) => {
      ending.once('exit', (code) => resolve(code));
      ending.kill(signal);
    });
  }

  await start();
  return {
    isReady,
    held: async () => (await health())?.heldReadings ?? null,
    async kill() {
      await end('SIGKILL');
    },
    restart: start,
    stop: () => end('SIGTERM'),
    get running() {
      return child !== null && child.exitCode === null && child.signalCode === null;
    },
    get output() {
      return output;
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
