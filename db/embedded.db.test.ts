import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, expect, it } from 'vitest';
import { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from './embedded';
import { prepareHost } from './embeddedHost';

const parent = mkdtempSync(join(tmpdir(), 'wattkeep-embedded-'));
chmodSync(parent, 0o755);
const dataDir = join(parent, 'data');
const log = () => undefined;
const children: ChildProcess[] = [];
let server: EmbeddedPostgres | undefined;

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await server?.stop();
  server = undefined;
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

async function query(url: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Another Node process that starts the server and stays; resolves with what it printed. */
function startElsewhere(): Promise<{ child: ChildProcess; pid: number; url: string }> {
  const module = pathToFileURL(join(dirname(fileURLToPath(import.meta.url)), 'embedded.ts')).href;
  const script = `import(${JSON.stringify(module)}).then(async (m) => {
    const s = await m.startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log() {} });
    console.log(JSON.stringify({ pid: s.pid, url: s.url }));
    setInterval(() => undefined, 1000);
  })`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    child.stdout!.once('data', (chunk: Buffer) => resolve({ child, ...JSON.parse(chunk.toString()) }));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

it('serves 127.0.0.1 and a socket in its private folder only, keeps its data and its port over a restart, and runs the application without superuser rights', async () => {
  server = await startEmbeddedPostgres({ dataDir, log });
  await query(server.url, 'create table kept as select 42 as answer');
  const listening = await query(server.url, 'show listen_addresses');
  expect(listening.rows).toEqual([{ listen_addresses: '127.0.0.1' }]);
  const folder = join(dataDir, 'postgres18');
  expect((await query(server.adminUrl, 'show unix_socket_directories')).rows).toEqual([
    { unix_socket_directories: folder },
  ]);
  expect(statSync(folder).mode & 0o077).toBe(0);
  const by = 'select inet_server_addr()::text as address';
  expect((await query(server.url, by)).rows).toEqual([{ address: null }]);
  expect((await query(server.adminUrl, by)).rows).toEqual([{ address: '127.0.0.1/32' }]);
  expect((await query(server.url, 'show fsync')).rows).toEqual([{ fsync: 'on' }]);
  expect((await query(server.url, "select current_setting('is_superuser') as super")).rows).toEqual([
    { super: 'off' },
  ]);
  const first = server.url;
  await server.stop();
  await expect(query(first, 'select 1')).rejects.toThrow();

  server = await startEmbeddedPostgres({ dataDir, log });
  expect(server.url).toBe(first);
  expect((await query(server.url, 'select answer from kept')).rows).toEqual([{ answer: 42 }]);
});

it('a server orphaned by kill -9 of its Node process is adopted and then stopped', async () => {
  const other = await startElsewhere();
  await query(other.url, 'create table before_kill as select 1 as n');
  other.child.kill('SIGKILL');
  await ended(other.child);

  server = await startEmbeddedPostgres({ dataDir, log });
  expect(server).toMatchObject({ adopted: true, pid: other.pid, url: other.url });
  expect((await query(server.url, 'select n from before_kill')).rows).toEqual([{ n: 1 }]);
  await server.stop();
  await expect(query(other.url, 'select 1')).rejects.toThrow();
  expect(existsSync(join(dataDir, 'postgres18', 'data', 'postmaster.pid'))).toBe(false);
});

it('a server that another live process uses is shared and survives our stop', async () => {
  const other = await startElsewhere();
  const mine = await startEmbeddedPostgres({ dataDir, log });
  expect(mine).toMatchObject({ adopted: true, pid: other.pid });
  await mine.stop();
  expect((await query(other.url, 'select 1 as up')).rows).toEqual([{ up: 1 }]);
  other.child.kill('SIGKILL');
  await ended(other.child);
  server = await startEmbeddedPostgres({ dataDir, log });
});

it('kill -9 of Postgres itself loses nothing that was committed', async () => {
  server = await startEmbeddedPostgres({ dataDir, log });
  await query(server.url, 'create table committed as select generate_series(1, 1000) as n');
  process.kill(server.pid, 'SIGKILL');
  await server.stop();
  server = await startEmbeddedPostgres({ dataDir, log });
  expect(server.adopted).toBe(false);
  expect((await query(server.url, 'select count(*)::int as n from committed')).rows).toEqual([{ n: 1000 }]);
});

it('starts although its lock file names a process id that now belongs to another program', async () => {
  server = await startEmbeddedPostgres({ dataDir, log });
  const port = new URL(server.url).port;
  const locks = ['data/postmaster.pid', `.s.PGSQL.${port}.lock`].map((name) =>
    join(dataDir, 'postgres18', name),
  );
  const left = locks.map((lock) => readFileSync(lock, 'utf8').replace(/^\d+/, String(process.pid)));
  await server.stop();
  locks.forEach((lock, i) => {
    writeFileSync(lock, left[i]!);
  });
  server = await startEmbeddedPostgres({ dataDir, log });
  expect((await query(server.url, 'select 1 as up')).rows).toEqual([{ up: 1 }]);
});

it('takes another port when its own was taken meanwhile', async () => {
  server = await startEmbeddedPostgres({ dataDir, log });
  const port = Number(new URL(server.url).port);
  await server.stop();
  const intruder = createServer();
  await new Promise<void>((resolve) => intruder.listen(port, '127.0.0.1', resolve));
  try {
    server = await startEmbeddedPostgres({ dataDir, log });
    expect(Number(new URL(server.url).port)).not.toBe(port);
    expect((await query(server.url, 'select 1 as up')).rows).toEqual([{ up: 1 }]);
  } finally {
    await new Promise((resolve) => intruder.close(resolve));
  }
});

it('a start that fails once is tried again', async () => {
  const lines: string[] = [];
  const half = join(dataDir, 'postgres18', 'data', 'postgresql.auto.conf');
  server = await startEmbeddedPostgres({ dataDir, log });
  await server.stop();
  const good = readFileSync(half, 'utf8');
  writeFileSync(half, 'no_such_setting = here\n');
  server = await startEmbeddedPostgres({
    dataDir,
    log(line) {
      lines.push(line);
      writeFileSync(half, good);
    },
  });
  expect(lines.join()).toMatch(/did not start \(attempt 1\).*no_such_setting/);
  expect((await query(server.url, 'select 1 as up')).rows).toEqual([{ up: 1 }]);
});

it('a server that can not start is reported with its own words', async () => {
  server = await startEmbeddedPostgres({ dataDir, log });
  await server.stop();
  await expect(startEmbeddedPostgres({ dataDir, log, settings: { no_such_setting: '1' } })).rejects.toThrow(
    /no_such_setting/,
  );
});

it('a fresh start removes everything, and refuses while a server runs', async () => {
  server = await startEmbeddedPostgres({ dataDir, log });
  await query(server.url, 'create table forgotten (n int)');
  await expect(removeEmbeddedPostgres(dataDir, log)).rejects.toThrow(/still runs/);
  await server.stop();
  await removeEmbeddedPostgres(dataDir, log);
  server = await startEmbeddedPostgres({ dataDir, log });
  await expect(query(server.url, 'select * from forgotten')).rejects.toThrow(/does not exist/);
});

it('links of libraries that an install without scripts left out are made again', async () => {
  const { nativeDir } = await prepareHost(dataDir, log);
  const link = join(nativeDir, 'lib', 'libicudata.so.60');
  unlinkSync(link);
  await prepareHost(dataDir, log);
  expect(existsSync(link)).toBe(true);
});

it.runIf(process.getuid?.() === 0)(
  'as root, a project folder closed to others still gets a database',
  async () => {
    const closed = join(parent, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const lines: string[] = [];
    const closedData = join(closed, 'data');
    const shut = await startEmbeddedPostgres({ dataDir: closedData, log: (line) => lines.push(line) });
    try {
      expect((await query(shut.url, 'select 1 as up')).rows).toEqual([{ up: 1 }]);
    } finally {
      await shut.stop();
      await removeEmbeddedPostgres(closedData, () => undefined);
    }
    const apart = /kept in (\S+)/.exec(lines.join('\n'))?.[1];
    expect(apart).toBeDefined();
    expect(existsSync(apart!)).toBe(false);
  },
);
