import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedHost, prepareHost, removeClusterDir } from './embeddedHost';
import {
  clearTheWay,
  exitOf,
  freePort,
  isAlive,
  isFree,
  postmasterPid,
  processState,
  servesFolder,
  socketFolderOf,
  stopServer,
  takesSocket,
} from './embeddedProcess';
import { ensureViewerRole } from './viewerRole';

export interface EmbeddedPostgres {
  /**
   * Address of the database `wattkeep`, as its owner, a role without superuser rights: by the socket in the cluster's private
   * folder where the machine has such sockets, which costs the kernel less than TCP does.
   */
  url: string;
  /** Address of the same database as superuser, for tests and drills that stop backends. */
  adminUrl: string;
  /** Process id of the postmaster. */
  pid: number;
  /** True when the server was already running, left behind by a process that is gone. */
  adopted: boolean;
  /** Stops the server and waits for its end, unless another live process still uses it. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Folder for the cluster, made if missing. */
  dataDir: string;
  /** One line per event worth telling. */
  log: (line: string) => void;
  /** Server settings that differ from the defaults below. */
  settings?: Readonly<Record<string, string>>;
}

const START_ATTEMPTS = 3;
const READY_WITHIN_MS = 120_000;
const OWNER_ROLE = 'wattkeep';
const DATABASE = 'wattkeep';
const STATE_FILE = 'wattkeep.json';

/** Kept in the cluster's data folder, private to its user. */
interface State {
  port: number;
  adminPassword: string;
  ownerPassword: string;
}

/**
 * Starts the embedded Postgres of `dataDir`, or adopts the one still running there. Listens on 127.0.0.1 only, on a
 * free port that is remembered, and on a socket in its own folder. Nothing committed is lost when this process or the server is killed: the next start
 * adopts or recovers.
 * @throws Error with the server's own last lines when it can't be started in three attempts
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const host = await prepareHost(options.dataDir, options.log);
  const data = join(host.clusterDir, 'data');
  if (!existsSync(data)) await initialise(host, data, options.log);
  const state: State = JSON.parse(readFileSync(join(data, STATE_FILE), 'utf8'));
  const release = registerUser(host);
  let server: { pid: number; adopted: boolean };
  try {
    server = await adoptOrLaunch(host, data, state, options);
    await prepareDatabase(state);
  } catch (error) {
    release();
    throw error;
  }
  const socket = socketFolderOf(data);
  const bySocket = socket === undefined ? '' : `?host=${encodeURIComponent(socket)}`;
  return {
    url: addressOf(OWNER_ROLE, state.ownerPassword, state.port, DATABASE) + bySocket,
    adminUrl: addressOf('postgres', state.adminPassword, state.port, DATABASE),
    ...server,
    stop: async () => {
      if (release() === 'last user') await stopServer(data, server.pid);
    },
  };
}

async function adoptOrLaunch(
  host: EmbeddedHost,
  data: string,
  state: State,
  options: EmbeddedOptions,
): Promise<{ pid: number; adopted: boolean }> {
  for (let attempt = 1; ; attempt++) {
    // Asked before each attempt: another process may have won the race to start the same cluster.
    const running = await runningServer(data, state);
    if (running !== undefined) return { pid: running, adopted: true };
    try {
      return { pid: await launch(host, data, state, options.settings ?? {}), adopted: false };
    } catch (error) {
      if (attempt >= START_ATTEMPTS) throw error;
      options.log(`database did not start (attempt ${attempt}): ${(error as Error).message}`);
    }
  }
}

/** Removes the cluster of `dataDir` with everything in it. @throws Error while a server runs there */
export async function removeEmbeddedPostgres(dataDir: string, log: (line: string) => void): Promise<void> {
  const { clusterDir } = await prepareHost(dataDir, log);
  const data = join(clusterDir, 'data');
  const pid = postmasterPid(data);
  if (pid !== undefined && servesFolder(pid, data))
    throw new Error(`a database server still runs on ${data}`);
  removeClusterDir(clusterDir);
}

function addressOf(user: string, password: string, port: number, database: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
}

/** Makes the cluster aside and moves it into place whole, so that a start killed half-way leaves nothing half-made. */
async function initialise(host: EmbeddedHost, data: string, log: (line: string) => void): Promise<void> {
  const { clusterDir } = host;
  log('making the database cluster');
  const state: State = {
    port: await freePort(),
    adminPassword: randomBytes(18).toString('hex'),
    ownerPassword: randomBytes(18).toString('hex'),
  };
  for (const name of readdirSync(clusterDir)) {
    const maker = /^making-(\d+)/.exec(name);
    if (maker && !isAlive(Number(maker[1]))) rmSync(join(clusterDir, name), { recursive: true, force: true });
  }
  const aside = join(clusterDir, `making-${process.pid}`);
  const passwordFile = `${aside}.password`;
  writePrivate(passwordFile, `${state.adminPassword}\n`, host);
  const child = spawn(
    join(host.nativeDir, 'bin', 'initdb'),
    [
      `--pgdata=${aside}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Order by code point, the same on every machine whatever locales it has.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    { ...host.runAs, cwd: clusterDir, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await exitOf(child);
  rmSync(passwordFile, { force: true });
  if (code !== 0)
    throw new Error(`initdb failed (${code}): ${said.trim().split('\n').slice(-5).join(' | ')}`);
  writePrivate(join(aside, STATE_FILE), JSON.stringify(state), host);
  try {
    renameSync(aside, data);
  } catch (error) {
    if (!existsSync(data)) throw error;
    // Another process was quicker; its cluster counts.
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Starts the postmaster and waits until it answers. @throws Error with the end of its log */
async function launch(
  host: EmbeddedHost,
  data: string,
  state: State,
  overrides: Readonly<Record<string, string>>,
): Promise<number> {
  await clearTheWay(host.clusterDir, data);
  if (!(await isFree(state.port))) {
    state.port = await freePort();
    writePrivate(join(data, STATE_FILE), JSON.stringify(state), host);
  }
  const logFile = join(host.clusterDir, 'postgres.log');
  const keepLog = existsSync(logFile) && statSync(logFile).size < 10_000_000;
  const logFd = openSync(logFile, keepLog ? 'a' : 'w', 0o600);
  giveTo(host, logFile);
  const settings = Object.entries({ ...serverSettings(state.port, host.clusterDir), ...overrides }).flatMap(
    ([name, value]) => ['-c', `${name}=${value}`],
  );
  // A log file and a session of its own: the server must neither block on a pipe that nobody reads any more, nor take
  // the terminal's Ctrl-C before those who still write to it.
  const child = spawn(join(host.nativeDir, 'bin', 'postgres'), ['-D', data, ...settings], {
    ...host.runAs,
    cwd: data,
    detached: true,
    stdio: ['ignore', logFd, logFd],
  });
  closeSync(logFd);
  child.unref();
  const giveUp = new AbortController();
  const outcome = await Promise.race([untilAnswering(state, giveUp.signal), exitOf(child)]);
  giveUp.abort();
  if (outcome !== 'answering' || postmasterPid(data) !== child.pid) {
    const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-4).join(' | ');
    throw new Error(`postgres ended with ${outcome}: ${tail}`);
  }
  return child.pid!;
}

/** Sized for a small machine that also runs the rest of the product; safety is never traded (fsync and friends stay on). */
function serverSettings(port: number, clusterDir: string): Record<string, string> {
  const memoryMb = Math.floor(totalmem() / 1_048_576);
  const sharedMb = Math.max(64, Math.min(512, Math.floor(memoryMb / 8)));
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // The folder is private to the server's user, and so is its socket.
    unix_socket_directories: takesSocket(clusterDir) ? clusterDir : '',
    max_connections: '100',
    shared_buffers: `${sharedMb}MB`,
    effective_cache_size: `${sharedMb * 4}MB`,
    work_mem: '16MB',
    maintenance_work_mem: `${Math.max(32, Math.floor(sharedMb / 2))}MB`,
    // No replica ever follows this server.
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    jit: 'off',
    // A query over months of daily partitions locks each of them.
    max_locks_per_transaction: '512',
    // Small containers give /dev/shm too little for parallel queries.
    dynamic_shared_memory_type: process.platform === 'linux' ? 'mmap' : 'posix',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    // Statements carry personal data; a log file must not.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  };
}

/** The postmaster that already serves this cluster and answers, waiting while it starts, recovers or stops. */
async function runningServer(data: string, state: State): Promise<number | undefined> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    const pid = postmasterPid(data);
    if (pid === undefined || !servesFolder(pid, data)) return undefined;
    const port = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[3]);
    if (Number.isInteger(port) && port > 0) state.port = port;
    if (await answers(state)) return pid;
    await delay(100);
  }
  throw new Error(`the database server of ${data} runs but does not answer`);
}

/**
 * Notes that this process uses the server. The function returned takes the note back and says whether another live
 * process still holds one; notes of processes that are gone don't count.
 */
function registerUser(host: EmbeddedHost): () => 'last user' | 'others remain' {
  const dir = join(host.clusterDir, 'users');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  giveTo(host, dir);
  const mine = join(dir, `${process.pid}-${randomBytes(4).toString('hex')}`);
  writeFileSync(mine, processState(process.pid)?.startedAt ?? '', { mode: 0o600 });
  return () => {
    rmSync(mine, { force: true });
    const others = readdirSync(dir).filter((name) => {
      const pid = Number.parseInt(name, 10);
      const startedAt = readFileSync(join(dir, name), 'utf8');
      const lives = isAlive(pid) && (processState(pid)?.startedAt ?? '') === startedAt;
      if (!lives) rmSync(join(dir, name), { force: true });
      return lives;
    });
    return others.length === 0 ? 'last user' : 'others remain';
  };
}

/** Makes the application's role and database where they are missing. */
async function prepareDatabase(state: State): Promise<void> {
  const client = new pg.Client(addressOf('postgres', state.adminPassword, state.port, 'postgres'));
  await client.connect();
  try {
    // One maker at a time: two processes may have adopted the same server.
    await client.query('select pg_advisory_lock(7216001)');
    const role = await client.query('select 1 from pg_roles where rolname = $1', [OWNER_ROLE]);
    if (role.rowCount === 0) {
      await client.query(`create role ${OWNER_ROLE} login createdb password '${state.ownerPassword}'`);
      await client.query(`grant pg_monitor, pg_checkpoint to ${OWNER_ROLE}`);
    }
    // By name and not by whom this connects as: the owner may not create roles.
    await ensureViewerRole(client, OWNER_ROLE);
    const database = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (database.rowCount === 0) await client.query(`create database ${DATABASE} owner ${OWNER_ROLE}`);
  } finally {
    await client.end();
  }
}

async function untilAnswering(state: State, signal: AbortSignal): Promise<'answering' | 'no answer in time'> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!signal.aborted && performance.now() < deadline) {
    if (await answers(state)) return 'answering';
    await delay(25);
  }
  return 'no answer in time';
}

async function answers(state: State): Promise<boolean> {
  const client = new pg.Client({
    connectionString: addressOf('postgres', state.adminPassword, state.port, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Writes a file that only the database's user (and root) may read. */
function writePrivate(file: string, text: string, host: EmbeddedHost): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o600 });
  giveTo(host, file);
}

function giveTo(host: EmbeddedHost, path: string): void {
  if (host.runAs) chownSync(path, host.runAs.uid, host.runAs.gid);
}
