import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { keepAlive } from './keepAlive';

const dir = mkdtempSync(join(tmpdir(), 'wattkeep-keep-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const WAITS = { timeout: 10_000 };

it('a process killed with -9 runs again, told once, and its earlier log is kept', async () => {
  const logFile = join(dir, 'idle.log');
  const args = ['-e', "console.log('up'); setInterval(() => undefined, 1000)"];
  const told: string[] = [];
  const child = keepAlive({ name: 'idle', args, env: {}, logFile }, (line) => told.push(line));
  await vi.waitUntil(() => readFileSync(logFile, 'utf8').includes('up'), WAITS);
  const first = child.pid;
  process.kill(first, 'SIGKILL');
  await vi.waitUntil(() => readFileSync(logFile, 'utf8').match(/up/g)?.length === 2, WAITS);
  expect(child.pid).not.toBe(first);
  expect(told).toEqual(['idle ended (SIGKILL): started again']);
  await child.stop();
  expect(() => process.kill(child.pid, 0)).toThrow();
  expect(told).toHaveLength(1);
});

it('a process that can not live is given up with its last words', async () => {
  const args = ['-e', "console.log('no database'); process.exit(3)"];
  const child = keepAlive(
    { name: 'broken', args, env: {}, logFile: join(dir, 'broken.log') },
    () => undefined,
  );
  expect(await child.gaveUp).toMatch(/^broken ended \(3\) 3 times within a minute; .*\n(.*\n)*no database/);
});
