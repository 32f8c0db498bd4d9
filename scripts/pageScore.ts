import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { findChromium } from './systemPackages';

/**
 * Lighthouse's mobile score of a page of a running demo, the median of some runs:
 * `npx tsx scripts/pageScore.ts --url http://localhost:3000 --path /me --user student`. Lighthouse (Apache-2.0) is fetched for the
 * measurement alone, so that it weighs on no installation. It asks for a machine with nothing else to do: the figures of a busy
 * one say how busy it was.
 */
const LIGHTHOUSE = 'lighthouse@12.8.2';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:3000' },
    path: { type: 'string', default: '/me' },
    user: { type: 'string', default: 'student' },
    runs: { type: 'string', default: '3' },
  },
});

/** What of a report is printed. Times in ms. */
interface Report {
  readonly categories: { readonly performance: { readonly score: number | null } };
  readonly audits: Readonly<Record<string, { readonly numericValue?: number }>>;
}
const FIGURES = [
  'first-contentful-paint',
  'largest-contentful-paint',
  'total-blocking-time',
  'speed-index',
  'cumulative-layout-shift',
  'total-byte-weight',
] as const;

const executablePath = findChromium();
if (!executablePath) throw new Error('no Chromium; run: sudo apt-get install -y chromium');

const folder = mkdtempSync(join(tmpdir(), 'wattkeep-score-'));
try {
  const cookie = await sessionCookie(executablePath);
  const reports = Array.from({ length: Number(values.runs) }, (_, run) => measure(cookie, run));
  reports.sort((a, b) => scoreOf(a) - scoreOf(b));
  const median = reports[Math.floor(reports.length / 2)]!;
  process.stdout.write(`scores ${reports.map(scoreOf).join(' ')}, of the median run:\n`);
  for (const name of FIGURES)
    process.stdout.write(`${name} ${(median.audits[name]?.numericValue ?? Number.NaN).toFixed(2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Signs in by a tap, as one of those whom the demo lets in. */
async function sessionCookie(path: string): Promise<string> {
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(`${values.url}/login`);
    await page.getByTestId('demo-sign-ins').locator(`[data-user="${values.user}"]`).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/login'), { timeout: 60_000 });
    const cookies = await page.context().cookies();
    return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  } finally {
    await browser.close();
  }
}

function measure(cookie: string, run: number): Report {
  const file = join(folder, `${run}.json`);
  const { status, stderr } = spawnSync(
    'npx',
    [
      ...['--yes', LIGHTHOUSE, values.url + values.path],
      ...['--quiet', '--only-categories=performance', '--output=json', `--output-path=${file}`],
      ...[
        '--chrome-flags=--headless=new --no-sandbox',
        `--extra-headers=${JSON.stringify({ Cookie: cookie })}`,
      ],
    ],
    { encoding: 'utf8', env: { ...process.env, CHROME_PATH: executablePath } },
  );
  if (status !== 0) throw new Error(`lighthouse: ${stderr}`);
  return JSON.parse(readFileSync(file, 'utf8')) as Report;
}

function scoreOf({ categories }: Report): number {
  return Math.round((categories.performance.score ?? 0) * 100);
}
