import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

export interface TestBroker {
  readonly pid: number;
  port: number;
  url: string;
  /** Ends it without warning, as a power failure would. */
  kill(): Promise<void>;
  /**
   * The same at a moment at which all that it acknowledged is on its disk, as it always is with a broker that writes first
   * and answers then; mosquitto answers first and saves now and then.
   * @param lastAcknowledgedMs when the newest acknowledgement arrived, ms UTC
   */
  killSaved(lastAcknowledgedMs?: () => number): Promise<void>;
  /** Starts it again on the same port with what it had stored. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 10_000;
const SAVE_TIMEOUT_MS = 30_000;

/**
 * A real mosquitto on a free port with a configuration of its own. Debian installs it to /usr/sbin, which is not on every
 * PATH. Fails with the line that installs it.
 */
export async function startMosquitto({ maxInflight = 0 } = {}): Promise<TestBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'wattkeep-mosquitto-'));
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    // Started by root it would become another user, who may not write into this folder: nothing would be kept.
    `user ${userInfo().username}`,
    'set_tcp_nodelay true',
    `max_inflight_messages ${maxInflight}`,
    'max_queued_messages 0',
    'persistence true',
    `persistence_location ${folder}/`,
    'autosave_interval 60',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    const started = spawn('mosquitto', ['-c', config], {
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` },
      stdio: 'ignore',
    });
    child = started;
    const failed = new Promise<never>((_, reject) => {
      started.once('error', () =>
        reject(new Error('mosquitto is missing: apt-get install -y mosquitto mosquitto-clients')),
      );
      started.once('exit', (code) => reject(new Error(`mosquitto ended with code ${code} at start`)));
    });
    failed.catch(() => undefined);
    await Promise.race([answers(port), failed]);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      ending.once('exit', () => resolve());
      ending.kill(signal);
    });
  }

  /** When its memory was last written to disk, ms UTC; 0: never. */
  const savedMs = () =>
    stat(join(folder, 'mosquitto.db')).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );

  async function saved(running: ChildProcess): Promise<void> {
    const beforeMs = await savedMs();
    running.kill('SIGUSR1');
    const until = Date.now() + SAVE_TIMEOUT_MS;
    while ((await savedMs()) === beforeMs) {
      if (Date.now() > until) throw new Error('mosquitto did not save');
      await pause(5);
    }
  }

  await start();
  return {
    get pid() {
      return child?.pid ?? 0;
    },
    port,
    url: `mqtt://127.0.0.1:${port}`,
    kill: () => end('SIGKILL'),
    async killSaved(lastAcknowledgedMs = () => 0) {
      const running = child!;
      for (;;) {
        await saved(running);
        running.kill('SIGSTOP');
        // What it sent before is heard before the times are compared.
        await pause(20);
        for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
        if ((await savedMs()) > lastAcknowledgedMs() + 1) break;
        running.kill('SIGCONT');
      }
      await end('SIGKILL');
    },
    restart: start,
    async stop() {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

async function answers(port: number): Promise<void> {
  const until = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < until) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await pause(20);
  }
  throw new Error(`nothing answers on port ${port}`);
}
