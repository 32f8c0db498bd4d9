// Entry of the npm scripts: installs packages when they are missing or not those of the lock file, then runs the
// command. Plain Node without dependencies, since it must work before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import './endWithParent.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const COMMANDS = {
  demo: 'scripts/demo.ts',
  dev: 'scripts/demo.ts --dev',
  build: 'scripts/build.ts',
  verify: 'scripts/verify.ts',
  test: 'scripts/test.ts',
  simulate: 'simulator/main.ts',
  bench: 'bench/run.ts',
  'ledger:verify': 'scripts/verifyLedger.ts',
  'db:migrate': 'scripts/migrate.ts',
  'broker:files': 'scripts/brokerFiles.ts',
  'db:dump': 'scripts/dumpSchema.ts',
  'campus:create': 'scripts/createCampus.ts',
};

/** What a production image runs without the packages that only development needs. */
const BUNDLES = {
  'db:migrate': 'dist/migrate.mjs',
  'ledger:verify': 'dist/verifyLedger.mjs',
  'broker:files': 'dist/brokerFiles.mjs',
  'campus:create': 'dist/createCampus.mjs',
  simulate: 'dist/simulator.mjs',
};

const INSTALL_WITHIN_MS = 240_000;

const [command, ...args] = process.argv.slice(2);
const [script, ...ownArgs] = (COMMANDS[command] ?? '').split(' ');
if (!script) fail(`unknown command ${command ?? ''}: one of ${Object.keys(COMMANDS).join(', ')}`);
checkNode();

const tsx = join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs');
const bundle = BUNDLES[command] && join(root, BUNDLES[command]);
const lean = process.env.NODE_ENV === 'production' && !existsSync(tsx) && bundle && existsSync(bundle);
if (!lean && !packagesMatchLock()) installPackages();

const preload = ['--import', pathToFileURL(join(root, 'scripts', 'endWithParent.mjs')).href];
const program = lean
  ? ['--enable-source-maps', bundle]
  : ['--import', pathToFileURL(tsx).href, join(root, script), ...ownArgs];
const child = spawn(process.execPath, [...preload, ...program, ...args], {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
// The terminal sends Ctrl-C to the whole group; the command decides when it is done, and we leave with its answer.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on('error', (error) => fail(error.message));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const known = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (!known) fail(`Node ${process.versions.node} is not supported: take 20.19 or newer, or 22.12 or newer`);
}

/** Compares versions, not file times: a fresh clone and a copied folder both have misleading ones. */
function packagesMatchLock() {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!installed) return false;
  const wanted = readPackages(join(root, 'package-lock.json')) ?? {};
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.optional || entry.devOptional || entry.link) return true;
    return installed[path]?.version === entry.version;
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** A stalled download is given up and tried again, since the second try is a matter of seconds. */
function installPackages() {
  process.stdout.write('installing packages\n');
  for (const extra of [['--prefer-offline'], []]) {
    const npmArgs = ['ci', '--fetch-timeout=30000', '--no-audit', '--no-fund', '--loglevel=error', ...extra];
    const npm = process.env.npm_execpath;
    const done = npm
      ? spawnSync(process.execPath, [npm, ...npmArgs], {
          cwd: root,
          stdio: ['ignore', 'inherit', 'inherit'],
          timeout: INSTALL_WITHIN_MS,
        })
      : spawnSync('npm', npmArgs, {
          cwd: root,
          stdio: ['ignore', 'inherit', 'inherit'],
          timeout: INSTALL_WITHIN_MS,
        });
    if (done.status === 0) return;
    process.stderr.write(`npm ci failed (${done.signal ?? done.status ?? done.error?.message})\n`);
  }
  fail('packages could not be installed');
}
