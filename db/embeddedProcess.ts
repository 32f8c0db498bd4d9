import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What the machine knows of a cluster's processes: whether they live, where they work, how they end. */

const STOP_WITHIN_MS = 30_000;
const ORPHANS_END_WITHIN_MS = 20_000;
/** Bytes of a socket's path at most: what the systems give it (Linux 108, macOS 104), less the zero at its end. */
const SOCKET_PATH_BYTES = 103;
/** As Postgres names its socket for a port; its lock file has `.lock` added. */
const SOCKET_FILE = '.s.PGSQL.';

/** The process id in a cluster's lock file, alive or not; undefined without a lock file. */
export function postmasterPid(data: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a server's socket can lie in the folder: there are such sockets, and its path is short and plain enough for one. */
export function takesSocket(folder: string): boolean {
  return (
    process.platform !== 'win32' &&
    // Postgres reads a list of folders.
    !/[",]/.test(folder) &&
    Buffer.byteLength(join(folder, `${SOCKET_FILE}65535`)) <= SOCKET_PATH_BYTES
  );
}

/** Folder of the running server's socket, from the cluster's lock file; undefined: it serves TCP alone. */
export function socketFolderOf(data: string): string | undefined {
  return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[4] || undefined;
}

/** Whether that process is alive and works in the folder, as every Postgres process of a cluster does. */
export function servesFolder(pid: number, data: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data;
  } catch {
    return false;
  }
}

/**
 * Makes way for a start. Backends of a killed postmaster are given time to notice and end. And since Postgres refuses
 * while the process id in its lock files is alive, even when that id now belongs to another program (the rule after a
 * container restart, where ids are few), such files are removed once no process works in the folder.
 */
export async function clearTheWay(clusterDir: string, data: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const working = () =>
    readdirSync('/proc').some((entry) => /^\d+$/.test(entry) && servesFolder(Number(entry), data));
  const deadline = performance.now() + ORPHANS_END_WITHIN_MS;
  while (working() && performance.now() < deadline) await delay(50);
  const pid = postmasterPid(data);
  if (working()) return;
  if (pid !== undefined && isAlive(pid)) rmSync(join(data, 'postmaster.pid'), { force: true });
  for (const name of readdirSync(clusterDir))
    if (name.startsWith(SOCKET_FILE)) rmSync(join(clusterDir, name), { force: true });
}

/** False for an ended process that nobody has reaped yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return process.platform !== 'linux' || processState(pid)?.state !== 'Z';
}

/** State letter and start time of a process, from the kernel. */
export function processState(pid: number): { state: string; startedAt: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, startedAt: fields[19]! };
  } catch {
    return undefined;
  }
}

/** Stops a postmaster and waits for its end; nothing happens when it has ended already. */
export async function stopServer(data: string, pid: number): Promise<void> {
  // Fast shutdown first; after half the time the immediate one, which costs only a recovery at the next start.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!servesFolder(pid, data)) break;
    process.kill(pid, signal);
    const deadline = performance.now() + STOP_WITHIN_MS / 2;
    while (servesFolder(pid, data) && performance.now() < deadline) await delay(20);
  }
}

/** The exit code or signal of a child, or why it could not be started. */
export function exitOf(child: ChildProcess): Promise<string | number> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
}

/** A TCP port of 127.0.0.1 that nobody uses now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Whether nobody listens on that port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
