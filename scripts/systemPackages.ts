import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What browser and broker tests need from the operating system, by Debian's package names. */
const NEEDED: { name: string; present: () => boolean }[] = [
  { name: 'chromium', present: () => findChromium() !== undefined },
  { name: 'mosquitto', present: () => findProgram('mosquitto') !== undefined },
  { name: 'mosquitto-clients', present: () => findProgram('mosquitto_pub') !== undefined },
  { name: 'fonts-noto-cjk', present: () => hasFont('Noto Sans CJK SC') },
  { name: 'fonts-inter', present: () => hasFont('Inter') },
  { name: 'fontconfig', present: () => findProgram('fc-list') !== undefined },
];

const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Path of a program, also of those that only root has in its PATH. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** The browser that tests drive; Playwright's own download is never used. */
export function findChromium(): string | undefined {
  return ['chromium', 'chromium-browser', 'google-chrome']
    .map(findProgram)
    .find((path) => path !== undefined);
}

function hasFont(family: string): boolean {
  const list = spawnSync('fc-list', ['-q', family]);
  return list.status === 0;
}

/**
 * Installs what is missing where that is permitted.
 * @throws Error whose message holds the line that installs it
 */
export function ensureSystemPackages(): void {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const isRoot = process.getuid?.() === 0;
  const aptGet = findProgram('apt-get');
  if (isRoot && aptGet) {
    process.stdout.write(`installing ${missing.join(' ')}\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0'];
    spawnSync(aptGet, ['update', ...quiet], { stdio: ['ignore', 'ignore', 'inherit'], env });
    spawnSync(aptGet, ['install', '-y', '--no-install-recommends', ...quiet, ...missing], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    });
  }
  const still = missingPackages();
  if (still.length > 0) {
    throw new Error(`the tests need more from this machine; run: sudo apt-get install -y ${still.join(' ')}`);
  }
}

function missingPackages(): string[] {
  return NEEDED.filter(({ present }) => !present()).map(({ name }) => name);
}
