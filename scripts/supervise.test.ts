import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import { supervise } from './supervise';

const dir = mkdtempSync(join(tmpdir(), 'wattkeep-supervise-'));
const logFile = join(dir, 'child.log');
const IDLE = ['-e', "console.log('up', process.env.COLOUR); setInterval(() => undefined, 1000)"];
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('a supervised process gets its settings, writes its log and stops when told', async () => {
  const child = supervise({ name: 'idle', args: IDLE, env: { COLOUR: 'green' }, logFile });
  await vi.waitUntil(() => child.lastLines(1) === 'up green', { timeout: 10_000 });
  await child.stop();
  expect(await child.ended).toBe('SIGTERM');
  expect(isAlive(child.pid)).toBe(false);
});

it('a process that ignores the request to stop is ended after its grace', async () => {
  const args = [
    '-e',
    "process.on('SIGTERM', () => undefined); console.log('deaf'); setInterval(() => undefined, 1000)",
  ];
  const child = supervise({ name: 'deaf', args, env: {}, logFile });
  await vi.waitUntil(() => child.lastLines(1) === 'deaf', { timeout: 10_000 });
  await child.stop(50);
  expect(await child.ended).toBe('SIGKILL');
});

it('kill -9 of the supervisor leaves no process behind', async () => {
  const module = pathToFileURL(join(fileURLToPath(new URL('.', import.meta.url)), 'supervise.ts')).href;
  const script = `import(${JSON.stringify(module)}).then((m) => {
    const child = m.supervise({ name: 'idle', args: ${JSON.stringify(IDLE)}, env: {}, logFile: ${JSON.stringify(logFile)} });
    console.log(child.pid);
    setInterval(() => undefined, 1000);
  })`;
  const supervisor = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) =>
    supervisor.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
  );
  await vi.waitUntil(() => readFileSync(logFile, 'utf8').includes('up'), { timeout: 10_000 });
  expect(isAlive(pid)).toBe(true);
  supervisor.kill('SIGKILL');
  await vi.waitUntil(() => !isAlive(pid) || isZombie(pid), { timeout: 10_000 });
});

it.each(['the shell that npm started', 'npm above that shell'])(
  'kill -9 of %s ends a process that npm runs',
  async (whom) => {
    const preload = pathToFileURL(
      join(fileURLToPath(new URL('.', import.meta.url)), 'endWithParent.mjs'),
    ).href;
    const idle = "console.log('pid', process.pid); setInterval(() => undefined, 1000)";
    // Two shells stand for npm and its own; the words after each command keep the shell from becoming the command.
    const inner = `"${process.execPath}" --import "${preload}" -e "${idle}"; true`;
    const npm = spawn('sh', ['-c', 'sh -c "$INNER" & echo shell $!; wait; true'], {
      env: { ...process.env, INNER: inner, npm_lifecycle_event: 'demo' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    npm.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await vi.waitUntil(() => /shell \d+\n/.test(said) && /pid \d+\n/.test(said), { timeout: 10_000 });
    const pid = Number(/pid (\d+)/.exec(said)![1]);
    const shell = Number(/shell (\d+)/.exec(said)![1]);
    expect(isAlive(pid)).toBe(true);
    process.kill(whom.startsWith('npm') ? npm.pid! : shell, 'SIGKILL');
    await vi.waitUntil(() => !isAlive(pid) || isZombie(pid), { timeout: 10_000 });
    npm.kill('SIGKILL');
  },
);

/** Ended, but not yet taken notice of by the machine's first process. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
