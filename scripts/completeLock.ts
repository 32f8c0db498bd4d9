import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A registry that mirrors only some platforms leaves the others' optional packages out of the lock file, and then
 * `npm ci` refuses it everywhere. Their entries hold nothing that the package depending on them doesn't say already:
 * an exact version, and the platform in the name. So they are added here.
 */

interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

interface LockFile {
  packages: Record<string, LockEntry>;
}

const SYSTEMS: Record<string, string> = {
  android: 'android',
  darwin: 'darwin',
  linux: 'linux',
  win32: 'win32',
  windows: 'win32',
};
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64'];
const LIBC: Record<string, string> = { musl: 'musl', gnu: 'glibc', gnueabihf: 'glibc' };

/** Optional packages that the lock file names as a dependency and has no entry for, with the entry they should have. */
export function missingPlatformEntries(lock: LockFile): Record<string, LockEntry> {
  const missing: Record<string, LockEntry> = {};
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!resolves(lock, path, name))
        missing[`node_modules/${name}`] = entryOf(name, version, entry.dev === true);
    }
  }
  return missing;
}

/** Whether `name` is found from `path` as Node finds packages: in its own node_modules or in one further up. */
function resolves(lock: LockFile, path: string, name: string): boolean {
  for (let at: string | undefined = path; at !== undefined; ) {
    if (lock.packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`]) return true;
    const up: number = at.lastIndexOf('/node_modules/');
    at = at === '' ? undefined : up === -1 ? '' : at.slice(0, up);
  }
  return false;
}

function entryOf(name: string, version: string, dev: boolean): LockEntry {
  const words = name.split(/[/-]/);
  const os = words.map((word) => SYSTEMS[word]).find((word) => word !== undefined);
  const cpu = PROCESSORS.find((word) => words.includes(word));
  const libc = words.map((word) => LIBC[word]).find((word) => word !== undefined);
  if (!os || !cpu || !/^\d/.test(version))
    throw new Error(`${name}@${version} names no platform or no exact version`);
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(libc && os === 'linux' ? { libc: [libc] } : {}),
    optional: true,
    os: [os],
  };
}

/** The lock file's text with the missing entries in their places, or unchanged. */
export function completeLock(text: string): string {
  const lock: LockFile = JSON.parse(text);
  const missing = missingPlatformEntries(lock);
  if (Object.keys(missing).length === 0) return text;
  const packages = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) =>
    a.localeCompare(b, 'en'),
  );
  return `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(import.meta.dirname, '..', 'package-lock.json');
  writeFileSync(file, completeLock(readFileSync(file, 'utf8')));
}
