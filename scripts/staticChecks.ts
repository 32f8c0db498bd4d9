import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkDocPaths } from './checkDocPaths';
import { checkDoors } from './checkDoors';
import { type Counts, ROOT, runNode, type StepResult, seconds } from './runStep';

/** Everything about the source that needs no database and no browser: format, lint, types, doors, document paths. */
export async function runStaticChecks(): Promise<Counts> {
  const checks: [name: string, check: () => Promise<StepResult>][] = [
    [
      'format and lint',
      () => runNode(['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']),
    ],
    ['types', checkTypes],
    ['doors', () => listing(() => checkDoors(ROOT))],
    ['document paths', () => listing(() => checkDocPaths(ROOT))],
  ];
  const results = await Promise.all(checks.map(async ([name, check]) => ({ name, result: await check() })));
  for (const { name, result } of results) {
    process.stdout.write(`${result.ok ? 'ok  ' : 'FAIL'} ${name} (${seconds(result.durationMs)})\n`);
    if (!result.ok) process.stdout.write(`${result.output.trimEnd()}\n`);
  }
  const failed = results.filter(({ result }) => !result.ok).length;
  return { passed: results.length - failed, failed };
}

/** A fresh clone lacks the type declarations that Next.js generates. */
async function checkTypes(): Promise<StepResult> {
  if (!existsSync(join(ROOT, 'next-env.d.ts')) || !existsSync(join(ROOT, '.next', 'types'))) {
    const generated = await runNode(['node_modules/next/dist/bin/next', 'typegen']);
    if (!generated.ok) return generated;
  }
  return runNode(['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.']);
}

async function listing(check: () => string[]): Promise<StepResult> {
  const startedMs = performance.now();
  const found = check();
  return { ok: found.length === 0, output: found.join('\n'), durationMs: performance.now() - startedMs };
}
