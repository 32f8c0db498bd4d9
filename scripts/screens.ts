import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { ROOT } from './runStep';
import { findChromium } from './systemPackages';

/**
 * Takes the screenshots of docs/screens from a running demo: `npx tsx scripts/screens.ts --url http://localhost:3000`.
 * Each page at the sizes that its users have, by turns light and dark, in English and Chinese.
 */
const { values } = parseArgs({ options: { url: { type: 'string', default: 'http://localhost:3000' } } });

const SIZES = {
  wall: { width: 1920, height: 1080 },
  desk: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

interface Shot {
  name: string;
  path: string;
  /** Person of the demo; null: nobody. */
  person: string | null;
}

const SHOTS: readonly Shot[] = [
  { name: 'login', path: '/login', person: null },
  { name: 'overview', path: '/overview', person: '林薇' },
  { name: 'map', path: '/map', person: '林薇' },
  { name: 'alarms', path: '/alarms', person: '周强' },
  { name: 'rooms', path: '/rooms/7-412', person: '赵敏' },
  { name: 'balances', path: '/balances', person: '林薇' },
  { name: 'quota', path: '/quota', person: '林薇' },
  { name: 'quota-department', path: '/quota/DEPT-CHEMISTRY', person: '陈思远' },
  { name: 'admin', path: '/admin', person: '郭宁' },
];

const executablePath = findChromium();
if (!executablePath) throw new Error('no Chromium; run: sudo apt-get install -y chromium');
const folder = join(ROOT, 'docs', 'screens');
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
for (const shot of SHOTS) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const dark = size === 'phone' || shot.name === 'alarms';
    const lang = size === 'phone' ? 'zh-CN' : 'en';
    const context = await browser.newContext({ viewport });
    await context.addCookies([
      { name: 'theme', value: dark ? 'dark' : 'light', url: values.url },
      { name: 'lang', value: lang, url: values.url },
    ]);
    const page = await context.newPage();
    if (shot.person) {
      await page.goto(`${values.url}/login`);
      await page.getByTestId('demo-sign-ins').getByRole('button', { name: shot.person }).click();
      await page.waitForURL((url) => !url.pathname.startsWith('/login'), { timeout: 60_000 });
    }
    await page.goto(values.url + shot.path);
    // Charts and map draw after their data; a page that still asks is not finished.
    await page.waitForLoadState('networkidle', { timeout: 20_000 }).catch(() => undefined);
    await page.evaluate(() => document.fonts.ready);
    await page
      .locator('[data-testid="skeleton"]')
      .first()
      .waitFor({ state: 'hidden', timeout: 20_000 })
      .catch(() => undefined);
    await page.waitForFunction(() => performance.now() > 9_000, undefined, { timeout: 30_000 });
    const look = dark ? 'dark' : 'light';
    await page.screenshot({ path: join(folder, `${shot.name}-${size}-${look}-${lang.slice(0, 2)}.png`) });
    await context.close();
  }
  process.stdout.write(`${shot.name}\n`);
}
await browser.close();
