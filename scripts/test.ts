import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './buildAll';
import { add, type Counts, ROOT, seconds } from './runStep';
import { runStaticChecks } from './staticChecks';
import { ensureSystemPackages } from './systemPackages';
import { runPlaywright, runVitest } from './testRunners';

/**
 * Every guarantee of the product, from the format of the source to the screens in a real browser. `--full` runs them
 * at the volumes that are promised and writes docs/test-report.md. The last line is the sum over all runners.
 */
const full = process.argv.includes('--full');
// A slower machine than usual still ends its run; what it usually takes is below 25 min.
const limitMs = (full ? 84 : 40) * 60_000;
const startedMs = performance.now();
const env = { WATTKEEP_TEST_SCALE: full ? 'full' : 'small' };

const runners: [name: string, run: (timeoutMs: number) => Promise<Counts>][] = [
  ['source', () => runStaticChecks()],
  ['rules', (timeoutMs) => runVitest('pure', { env, timeoutMs })],
  ['database', (timeoutMs) => runVitest('db', { env, timeoutMs })],
  ['build', () => buildCounts()],
  ['browser', (timeoutMs) => runPlaywright({ env, timeoutMs })],
];

async function buildCounts(): Promise<Counts> {
  try {
    await buildAll((line) => process.stdout.write(`${line}\n`));
    return { passed: 1, failed: 0 };
  } catch (error) {
    process.stdout.write(`${(error as Error).message}\n`);
    return { passed: 0, failed: 1 };
  }
}

function report(
  rows: readonly { name: string; counts: Counts; durationMs: number }[],
  total: Counts,
): string {
  const line = rows.map(
    ({ name, counts, durationMs }) =>
      `| ${name} | ${counts.passed} | ${counts.failed} | ${seconds(durationMs)} |`,
  );
  return [
    '# Last full test run',
    '',
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, ${process.platform}. Written by \`npm run test:full\`.`,
    '',
    '| runner | passed | failed | time |',
    '| --- | --- | --- | --- |',
    ...line,
    `| all | ${total.passed} | ${total.failed} | ${seconds(performance.now() - startedMs)} |`,
    '',
  ].join('\n');
}

/** A runner that can't even start is one refuted guarantee, and the next still has its turn. */
async function counted(run: () => Promise<Counts>): Promise<Counts> {
  try {
    return await run();
  } catch (error) {
    process.stdout.write(`${(error as Error).message}\n`);
    return { passed: 0, failed: 1 };
  }
}

let total: Counts = { passed: 0, failed: 0 };
const rows: { name: string; counts: Counts; durationMs: number }[] = [];
total = add(
  total,
  await counted(async () => {
    ensureSystemPackages();
    return { passed: 0, failed: 0 };
  }),
);
for (const [name, run] of runners) {
  process.stdout.write(`\n== ${name}\n`);
  const fromMs = performance.now();
  const counts = await counted(() => run(Math.max(1_000, limitMs - (fromMs - startedMs))));
  rows.push({ name, counts, durationMs: performance.now() - fromMs });
  total = add(total, counts);
}
if (full) writeFileSync(join(ROOT, 'docs', 'test-report.md'), report(rows, total));
process.stdout.write('\n');
for (const one of total.refuted ?? []) process.stdout.write(`refuted: ${one}\n\n`);
for (const { name, counts, durationMs } of rows) {
  process.stdout.write(
    `${name}: ${counts.passed} passed, ${counts.failed} failed (${seconds(durationMs)})\n`,
  );
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
