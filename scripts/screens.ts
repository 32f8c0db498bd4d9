import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { ALARM_NAMES, takeAlarms } from './alarmScreens';
import { CONTROL_NAMES, takeControl } from './controlScreens';
import { takeResident } from './residentScreens';
import { RULE_NAMES, takeRules } from './ruleScreens';
import { LOOKS, openCamera, SIZES, showFrom, takeShot } from './screenCamera';
import { findChromium } from './systemPackages';

/**
 * Takes the screenshots of docs/screens from a running demo: `npx tsx scripts/screens.ts --url http://localhost:3000`.
 * Each page at the sizes that its users have, by turns light and dark, in English and Chinese; the wall by a display that is
 * paired for it and revoked again. With `--simulator http://127.0.0.1:<SIM_PORT>` the alarms have something to show; with the
 * demo's `--api-key wkk_…` and `--meters` besides, a top-up brings power back; with its `--mqtt` and `--meter-password`, the
 * meter that nobody simulates has a charge held. `--only` takes the names that begin so.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:3000' },
    simulator: { type: 'string' },
    'api-key': { type: 'string' },
    meters: { type: 'string', default: '1300' },
    mqtt: { type: 'string' },
    'meter-password': { type: 'string' },
    only: { type: 'string', default: '' },
  },
});

const MANAGER = '林薇';
const ADMIN = '郭宁';
const CASHIER = '赵敏';

interface Shot {
  name: string;
  path: string;
  /** Person of the demo; null: nobody. */
  person: string | null;
  /** Panel that the picture begins with; default the page's head. */
  from?: string;
}

const SHOTS: readonly Shot[] = [
  { name: 'login', path: '/login', person: null },
  { name: 'overview', path: '/overview', person: MANAGER },
  { name: 'map', path: '/map', person: MANAGER },
  { name: 'alarms', path: '/alarms', person: '周强' },
  { name: 'alarms-review', path: '/alarms/review?tab=performance', person: MANAGER },
  { name: 'alarms-findings', path: '/alarms/findings', person: MANAGER },
  { name: 'grid', path: '/grid', person: MANAGER },
  { name: 'rooms', path: '/rooms/7-412', person: CASHIER },
  { name: 'meters', path: '/meters/E-7-412', person: MANAGER },
  { name: 'meters-feeder', path: '/meters/E-TR-B', person: MANAGER },
  { name: 'meters-loss', path: '/meters/E-C-1', person: MANAGER, from: 'feeder-losses' },
  { name: 'meters-self-check', path: '/meters/E-C-1', person: MANAGER, from: 'inspection' },
  { name: 'balances', path: '/balances', person: MANAGER },
  { name: 'quota', path: '/quota', person: MANAGER },
  { name: 'quota-department', path: '/quota/DEPT-CHEMISTRY', person: '陈思远' },
  { name: 'admin', path: '/admin', person: ADMIN },
  { name: 'admin-meters', path: '/admin/meters', person: ADMIN },
  { name: 'admin-people', path: '/admin/people', person: ADMIN },
  { name: 'admin-notices', path: '/admin/notices', person: ADMIN },
  { name: 'settings', path: '/settings', person: MANAGER },
];
/** Taken while a wall is paired. */
const DISPLAYS: Shot = { name: 'admin-displays', path: '/admin/displays', person: ADMIN };

/** Pages of finance, what a payer is given, and what anybody may check. `follow` names the link to go on by. */
const FINANCE_SHOTS: readonly { name: string; path: string; follow?: string }[] = [
  { name: 'finance-ledger', path: '/finance/ledger?span=ALL' },
  { name: 'finance-payments', path: '/finance/payments' },
  { name: 'finance-refund', path: '/finance/payments?refund=' },
  { name: 'finance-accounts', path: '/finance/accounts' },
  { name: 'finance-account', path: '/finance/accounts?q=7-4', follow: '[data-testid="account-row"] a' },
  { name: 'finance-tariffs', path: '/finance/tariffs' },
  { name: 'finance-disputes', path: '/finance/disputes' },
  { name: 'receipt', path: '/receipts/5000' },
  { name: 'verify', path: '/verify' },
];
/** A transfer that names its account, and one that names none. */
const BANK_SHEET = 'reference,amount,account\nB-20260512-1,120.00,A-7-412\nB-20260512-2,80.00,7-41\n';

/** A purchase over the counter, sealed when the demo first starts. */
const SOLD = 'MOVE-IN-7-102';
const VERIFY_RECEIPT = 'verify-receipt';

const METER_READ = 'meters-read';

interface WallShot {
  name: string;
  scene: 'A' | 'B' | 'C';
  lang: 'zh-CN' | 'en';
  night: boolean;
  /** The ledger is tampered with before, and the wall says what came of it. */
  drill?: true;
}

const WALL_SHOTS: readonly WallShot[] = [
  { name: 'wall-map', scene: 'A', lang: 'en', night: true },
  { name: 'wall-map', scene: 'A', lang: 'zh-CN', night: false },
  { name: 'wall-load', scene: 'B', lang: 'en', night: false },
  { name: 'wall-load', scene: 'B', lang: 'zh-CN', night: true },
  { name: 'wall-alarms', scene: 'C', lang: 'en', night: true },
  { name: 'wall-alarms', scene: 'C', lang: 'zh-CN', night: false },
  // The last ones: a drill stands on the wall for ten minutes.
  { name: 'wall-drill', scene: 'B', lang: 'en', night: false, drill: true },
  { name: 'wall-drill', scene: 'B', lang: 'zh-CN', night: true, drill: true },
];
const WALL_NAME = '大厅 Lobby';
/** A feeder is over its rating for a minute before it is an alarm. */
const ALARM_WITHIN_MS = 180_000;
/** A wall reports every 30 s. */
const FIRST_FRAME_WITHIN_MS = 60_000;

const executablePath = findChromium();
if (!executablePath) throw new Error('no Chromium; run: sudo apt-get install -y chromium');
const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox',
    '--use-gl=angle',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--autoplay-policy=no-user-gesture-required',
  ],
});
const camera = openCamera(browser, values.url, values.only);
const { openContext, finished, save } = camera;
try {
  const shots = SHOTS.filter(isWanted);
  if (shots.length > 0 && values.simulator) await raiseAlarms();
  for (const shot of shots) {
    await takePage(shot);
    process.stdout.write(`${shot.name}\n`);
  }
  if (camera.wants('me') || values.only.startsWith('me'))
    await takeResident(camera, {
      simulator: values.simulator,
      apiKey: values['api-key'],
      meters: Number(values.meters),
    });
  if (ALARM_NAMES.some((name) => camera.wants(name))) {
    if (values.simulator) await raiseAlarms();
    await takeAlarms(camera, signIn, { mqtt: values.mqtt, meterPassword: values['meter-password'] });
  }
  if (RULE_NAMES.some((name) => camera.wants(name))) await takeRules(camera, signIn);
  if (CONTROL_NAMES.some((name) => camera.wants(name))) await takeControl(camera, signIn);
  if (camera.wants(METER_READ)) await takeMeterRead();
  if (camera.wants(VERIFY_RECEIPT)) await takeVerified();
  if (FINANCE_SHOTS.some(isWanted)) await takeFinance();
  if ([...WALL_SHOTS, DISPLAYS].some(isWanted)) await takeWall();
} finally {
  await browser.close();
}

function isWanted({ name }: { readonly name: string }): boolean {
  return camera.wants(name);
}

/** An overloaded feeder, and pages that have words for it. */
async function raiseAlarms(): Promise<void> {
  await scenario('S2');
  const context = await openContext(SIZES.desk, 'en', 'light');
  const page = await context.newPage();
  await signIn(page, MANAGER);
  await page.getByTestId('alarm-words').waitFor({ timeout: ALARM_WITHIN_MS });
  await context.close();
}

async function takePage(shot: Shot): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const dark = size === 'phone' || shot.name === 'alarms';
    const lang = size === 'phone' ? 'zh-CN' : 'en';
    const look = dark ? 'dark' : 'light';
    const context = await openContext(viewport, lang, look);
    const page = await context.newPage();
    if (shot.person) await signIn(page, shot.person);
    await page.goto(values.url + shot.path);
    await finished(page);
    if (shot.from) await showFrom(page.getByTestId(shot.from));
    await save(page, `${shot.name}-${size}-${look}-${lang.slice(0, 2)}`);
    await context.close();
  }
}

/** A meter that was just asked, with the track of the request. */
async function takeMeterRead(): Promise<void> {
  const context = await openContext(SIZES.desk, 'en', 'light');
  const page = await context.newPage();
  await signIn(page, MANAGER);
  for (const look of LOOKS)
    await takeShot(camera, page, look, METER_READ, '/meters/E-7-412', async () => {
      const ask = page.getByTestId('read-now');
      if (await ask.isEnabled()) await ask.click();
      await page.locator('[data-testid="cmd-track"][data-state="verified"]').waitFor({ timeout: 60_000 });
    });
  await context.close();
}

/** Finance's pages in every look, with a bank's list read in before, of which a row waits for its account. */
async function takeFinance(): Promise<void> {
  for (const [size, theme, lang] of LOOKS) {
    const context = await openContext(SIZES[size], lang, theme);
    const page = await context.newPage();
    await signIn(page, CASHIER);
    await page.goto(`${values.url}/finance/payments`);
    await page
      .getByTestId('sheet-file')
      .setInputFiles({ name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from(BANK_SHEET) });
    await page.getByTestId('read-sheet').click();
    await page.getByTestId('sheet-result').waitFor();
    for (const { name, path, follow } of FINANCE_SHOTS.filter(isWanted)) {
      await page.goto(values.url + path);
      if (follow) {
        await page.locator(follow).first().click();
        await page.waitForURL((url) => !(values.url + path).endsWith(url.pathname + url.search));
      }
      await finished(page);
      await save(page, `${name}-${size}-${theme}-${lang.slice(0, 2)}`);
      process.stdout.write(`${name} ${size} ${theme} ${lang}\n`);
    }
    await context.close();
  }
}

/** The public page that has checked a receipt, which it finds in its address. */
async function takeVerified(): Promise<void> {
  const context = await openContext(SIZES.desk, 'en', 'light');
  const page = await context.newPage();
  await signIn(page, CASHIER);
  await page.goto(`${values.url}/finance/ledger?span=ALL&order=${SOLD}`);
  const tx = await page.getByTestId('ledger-row').first().getAttribute('data-tx');
  await page.goto(`${values.url}/receipts/${tx}`);
  const address = new URL((await page.getByTestId('verify-link').getAttribute('href'))!, values.url);
  for (const look of LOOKS) {
    // Another fragment alone would leave the page as it is.
    await page.goto('about:blank');
    await takeShot(camera, page, look, VERIFY_RECEIPT, address.pathname + address.hash, () =>
      page.getByTestId('verify-outcome').waitFor(),
    );
  }
  await context.close();
}

/** Pairs a display as an administrator would, takes its code and its scenes, and revokes it. */
async function takeWall(): Promise<void> {
  const admins = await openContext(SIZES.desk, 'en', 'light');
  const admin = await admins.newPage();
  await signIn(admin, ADMIN);
  const walls = await openContext(SIZES.wall, 'zh-CN', 'light');
  const page = await walls.newPage();
  await page.goto(`${values.url}/wall`);
  const code = page.getByTestId('wall-code').filter({ hasText: /\d{3} \d{3}/ });
  await code.waitFor();
  await save(page, 'wall-pairing-zh');
  const digits = ((await code.textContent()) ?? '').replace(/\D/g, '');
  await admin.goto(`${values.url}/admin/displays?code=${digits}`);
  const form = admin.getByTestId('pair-form');
  await form.getByRole('textbox').last().fill(WALL_NAME);
  await form.getByRole('button').click();
  await page.getByTestId('page-wall').waitFor();
  const shots = WALL_SHOTS.filter(isWanted);
  for (const { name, scene, lang, night, drill } of shots) {
    if (scene === 'C') await scenario('S2');
    if (drill) await drillLedger(admin);
    // Hours of night that hold now, or that are far away.
    await page.goto(
      `${values.url}/wall?scene=${scene}&lang=${lang}&night=${night ? '00:00-23:59' : '03:00-03:01'}`,
    );
    if (scene === 'C' && values.simulator)
      await page.getByRole('alert').filter({ hasText: '%' }).waitFor({ timeout: ALARM_WITHIN_MS });
    if (drill) await page.getByTestId('wall-drill').waitFor();
    await finished(page);
    await save(page, `${name}-${night ? 'night' : 'day'}-${lang.slice(0, 2)}`);
    process.stdout.write(`${name}\n`);
  }
  await scenario('S1');
  await admin.goto(`${values.url}/admin/displays`);
  if (isWanted(DISPLAYS)) {
    const frame = admin.getByTestId('display-row').filter({ hasText: WALL_NAME }).getByTestId('frame-age');
    await frame.filter({ hasText: /\d/ }).waitFor({ timeout: FIRST_FRAME_WITHIN_MS });
    await takePage(DISPLAYS);
    process.stdout.write(`${DISPLAYS.name}\n`);
  }
  await admin.getByTestId('display-row').filter({ hasText: WALL_NAME }).getByRole('button').click();
  await admin.getByTestId('revoke-dialog').getByRole('button', { name: 'Revoke' }).click();
  await admin.getByTestId('revoke-dialog').waitFor({ state: 'hidden' });
  await Promise.all([admins.close(), walls.close()]);
}

/** Forges a top-up in the demo's ledger and lets the verifier name its account. */
async function drillLedger(admin: Page): Promise<void> {
  const strip = admin.getByTestId('demo-strip');
  await strip.locator('[aria-expanded="false"]').click();
  await strip.getByTestId('tamper-drill').click();
  await strip.getByTestId('demo-said').filter({ hasText: /\S/ }).waitFor();
  await strip.locator('[aria-expanded="true"]').click();
}

async function signIn(page: Page, person: string): Promise<void> {
  await page.goto(`${values.url}/login`);
  await page.getByTestId('demo-sign-ins').getByRole('button', { name: person }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/login'), { timeout: 60_000 });
}

/** Starts a scenario, where the simulator was named. */
async function scenario(id: 'S1' | 'S2'): Promise<void> {
  if (!values.simulator) return;
  const answer = await fetch(`${values.simulator}/scenarios/${id}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
  if (!answer.ok) throw new Error(`scenario ${id}: ${await answer.text()}`);
}
