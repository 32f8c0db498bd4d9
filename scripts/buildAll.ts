import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT, runNode, seconds } from './runStep';

/** Processes of a production installation, each one file in `dist`. */
const BUNDLES: Record<string, string> = {
  server: 'server/main.ts',
  bridge: 'mqtt-bridge/main.ts',
  simulator: 'simulator/main.ts',
  migrate: 'scripts/migrate.ts',
  verifyLedger: 'scripts/verifyLedger.ts',
  brokerFiles: 'scripts/brokerFiles.ts',
  createCampus: 'scripts/createCampus.ts',
};

/** What a page can be made of; a change elsewhere leaves the built pages as they are. */
const PAGE_SOURCES = [
  'app',
  'components',
  'contracts',
  'domain',
  'db',
  'engine',
  'server',
  'config',
  'public',
];
const PAGE_FILES = [
  'next.config.js',
  'postcss.config.mjs',
  'package.json',
  'package-lock.json',
  'requestContext.ts',
  'tsconfig.json',
];
const PAGE_STAMP = join(ROOT, '.next', 'wattkeep-sources');

/**
 * Builds the pages (only when their sources changed) and bundles the processes.
 * @param stopped ends a build under way
 * @throws Error with the end of the failed step's output
 */
export async function buildAll(log: (line: string) => void, stopped?: AbortSignal): Promise<void> {
  await buildPages(log, stopped);
  await bundleProcesses();
}

async function buildPages(log: (line: string) => void, stopped?: AbortSignal): Promise<void> {
  const sources = hashOfSources();
  if (existsSync(PAGE_STAMP) && readFileSync(PAGE_STAMP, 'utf8') === sources) return;
  log('building the pages');
  const { ok, output, durationMs } = await runNode(['node_modules/next/dist/bin/next', 'build'], {
    env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    signal: stopped,
  });
  if (!ok) throw new Error(`next build failed:\n${output.trim().split('\n').slice(-40).join('\n')}`);
  // After the build, so that one killed half-way is not taken for done.
  writeFileSync(PAGE_STAMP, sources);
  log(`pages built in ${seconds(durationMs)}`);
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  const folders = PAGE_SOURCES.filter((folder) => existsSync(join(ROOT, folder)));
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter((path) => !/\.test\.tsx?$/.test(path) && statSync(join(ROOT, path)).isFile()),
  );
  for (const file of [...files, ...PAGE_FILES.filter((name) => existsSync(join(ROOT, name)))].sort()) {
    hash.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

async function bundleProcesses(): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: BUNDLES,
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'error',
  });
  rmSync(join(ROOT, 'dist', 'migrations'), { recursive: true, force: true });
  cpSync(join(ROOT, 'db', 'migrations'), join(ROOT, 'dist', 'migrations'), { recursive: true });
}
