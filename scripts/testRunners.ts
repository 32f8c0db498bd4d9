import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Counts, ROOT, runNode, type StepOptions } from './runStep';

/** Results of a run, counted from the runner's own report; a runner that ran nothing has failed. */

const REPORTS = join(ROOT, 'test-results', 'reports');

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs: {
    ok: boolean;
    title: string;
    file: string;
    line: number;
    tests: { results: { error?: { message?: string } }[] }[];
  }[];
}

interface PlaywrightReport {
  suites: PlaywrightSuite[];
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
}

/** Runs one project of vitest.config.ts. */
export function runVitest(project: 'pure' | 'db', options: StepOptions = {}): Promise<Counts> {
  const report = freshReport(`vitest-${project}.json`);
  return count(
    report,
    () =>
      runNode(
        [
          'node_modules/vitest/vitest.mjs',
          'run',
          '--project',
          project,
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${report}`,
        ],
        // CI: a snapshot that is missing fails instead of being written.
        { stream: true, ...options, env: { CI: '1', ...options.env } },
      ),
    (text) => {
      const { numPassedTests, numFailedTests, testResults } = JSON.parse(text) as VitestReport;
      // A file that could not even be loaded holds no failed test.
      const brokenFiles = testResults.filter(
        (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
      );
      const refuted = testResults.flatMap((file) => {
        const place = relative(ROOT, file.name);
        return file.assertionResults
          .filter((test) => test.status === 'failed')
          .map((test) => told(`${place} > ${test.fullName}`, test.failureMessages[0]))
          .concat(brokenFiles.includes(file) ? [told(place, file.message)] : []);
      });
      return { passed: numPassedTests, failed: numFailedTests + brokenFiles.length, refuted };
    },
  );
}

/** Runs the browser tests of `e2e`. */
export function runPlaywright(options: StepOptions = {}): Promise<Counts> {
  const report = freshReport('playwright.json');
  return count(
    report,
    () =>
      runNode(['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'], {
        stream: true,
        ...options,
        env: { CI: '1', PLAYWRIGHT_JSON_OUTPUT_FILE: report, ...options.env },
      }),
    (text) => {
      const { stats, errors, suites } = JSON.parse(text) as PlaywrightReport;
      // A test that passes only when repeated has not held its guarantee.
      return {
        passed: stats.expected,
        failed: stats.unexpected + stats.flaky + (errors.length > 0 ? 1 : 0),
        refuted: suites.flatMap(refutedSpecs),
      };
    },
  );
}

function refutedSpecs({ suites = [], specs }: PlaywrightSuite): string[] {
  const here = specs
    .filter((spec) => !spec.ok)
    .map((spec) =>
      told(
        `e2e/${spec.file}:${spec.line} > ${spec.title}`,
        spec.tests.flatMap((test) => test.results).find((result) => result.error)?.error?.message,
      ),
    );
  return [...here, ...suites.flatMap(refutedSpecs)];
}

/** What failed and the first lines of why. */
function told(what: string, why = ''): string {
  const lines = stripVTControlCharacters(why).split('\n').slice(0, 14);
  return [what, ...lines.map((line) => `    ${line}`)].join('\n').trimEnd();
}

function freshReport(name: string): string {
  const file = join(REPORTS, name);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  return file;
}

async function count(
  report: string,
  run: () => Promise<{ ok: boolean }>,
  parse: (text: string) => Counts,
): Promise<Counts> {
  const { ok } = await run();
  let counts: Counts;
  try {
    counts = parse(readFileSync(report, 'utf8'));
  } catch {
    process.stdout.write(`no readable report at ${report}\n`);
    return { passed: 0, failed: 1 };
  }
  if (counts.passed + counts.failed === 0) return { passed: 0, failed: 1 };
  return ok || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}
