import type { BrowserContext, Page } from '@playwright/test';
import { campusPlan } from '../simulator/plan/campusPlan';
import { UNIT_ROOM } from '../simulator/plan/unitRoom';
import { type Camera, LOOKS, type Look, SIZES, setLook } from './screenCamera';

/** Pages of a resident that stand still, by the name of their picture. */
const PAGES: readonly { name: string; path: string }[] = [
  { name: 'me', path: '/me' },
  { name: 'me-day', path: '/me/usage?step=day' },
  { name: 'me-usage', path: '/me/usage' },
  { name: 'me-month', path: '/me/usage?step=month' },
  { name: 'me-account', path: '/me/account' },
  { name: 'me-notices', path: '/me/notices' },
];
/** Of the room whose account holds kWh. */
const UNIT_PAGES: readonly { name: string; path: string }[] = [
  { name: 'me-units', path: '/me' },
  { name: 'me-units-topup', path: '/me/topup?new=1' },
];
const REST_MS = 2_500;

const SEED = 7;
const PASSWORD = 'a-resident-of-dorm-3';
/** A room whose credit is used up is dark well under a minute after the clock runs so fast. */
const SPEED = 60;
const DARK_WITHIN_MS = 240_000;

/** What the demo prints and opens, for the pictures of a top-up that brings power back. */
export interface DemoControls {
  readonly simulator: string | undefined;
  readonly apiKey: string | undefined;
  /** Size of the demo's fleet. */
  readonly meters: number;
}

/** A resident's pages in every look, a charge's proof, and the steps of a top-up. */
export async function takeResident(camera: Camera, controls: DemoControls): Promise<void> {
  const { context, page } = await beResident(camera, 'student');
  const shots = PAGES.filter(({ name }) => camera.wants(name));
  for (const look of LOOKS) {
    for (const { name, path } of shots) await take(camera, page, look, name, path);
    if (camera.wants('me-proof') && look[0] === 'phone') {
      await inLook(camera, page, look, '/me/usage?step=day');
      await page.getByTestId('open-proof').first().click();
      await page.getByTestId('proof-verdict').waitFor();
      await keep(camera, page, look, 'me-proof');
    }
  }
  await context.close();
  await takeUnits(camera);
  if (camera.wants('me-topup')) await takeTopUp(camera, controls);
}

/** A room that holds kWh: what is left, and what money buys more of them. */
async function takeUnits(camera: Camera): Promise<void> {
  const shots = UNIT_PAGES.filter(({ name }) => camera.wants(name));
  if (shots.length === 0) return;
  const { context, page } = await beResident(camera, UNIT_ROOM.user);
  for (const look of LOOKS) for (const { name, path } of shots) await take(camera, page, look, name, path);
  await context.close();
}

/** One of the residents whom the demo lets in by a tap. */
async function beResident(camera: Camera, user: string): Promise<{ context: BrowserContext; page: Page }> {
  const context = await camera.openContext(SIZES.phone, 'zh-CN', 'light');
  const page = await context.newPage();
  await page.goto(`${camera.url}/login`);
  await page.getByTestId('demo-sign-ins').locator(`[data-user="${user}"]`).click();
  await page.waitForURL(/\/me$/, { timeout: 60_000 });
  return { context, page };
}

/**
 * A room that was cut for credit: the amount, the wallet, the order that waits, the command on its way, and power measured.
 */
async function takeTopUp(camera: Camera, controls: DemoControls): Promise<void> {
  const context = await camera.openContext(SIZES.phone, 'zh-CN', 'light');
  const page = await context.newPage();
  await signInInTheDark(camera, page, controls);
  const [first] = LOOKS;
  for (const look of LOOKS) {
    await take(camera, page, look, 'me-topup-off', '/me');
    await take(camera, page, look, 'me-topup-amount', '/me/topup?new=1');
  }
  await inLook(camera, page, first, '/me/topup?new=1');
  await page.getByTestId('pay').click();
  await page.getByTestId('wallet-confirm').waitFor();
  await keep(camera, page, first, 'me-topup-wallet');
  const wallet = page.url();
  for (const look of LOOKS) await take(camera, page, look, 'me-topup-waiting', '/me/topup');
  await setSize(page, context, camera, first);
  await page.goto(wallet);
  await page.getByTestId('wallet-confirm').click();
  const order = page.getByTestId('order');
  await order.and(page.locator('[data-state="credited"]')).waitFor({ timeout: 60_000 });
  await page.locator('[data-step="command_sent"][data-state="done"]').waitFor({ timeout: 60_000 });
  if ((await order.getAttribute('data-power')) !== 'on')
    await camera.save(page, 'me-topup-sent-phone-light-zh');
  await order.and(page.locator('[data-power="on"]')).waitFor({ timeout: 120_000 });
  const path = new URL(page.url());
  for (const look of LOOKS) await take(camera, page, look, 'me-topup-on', path.pathname + path.search);
  await context.close();
}

/** Signs in as somebody of a room that credit has left dark; with nothing to steer the demo, as the demo's resident. */
async function signInInTheDark(camera: Camera, page: Page, controls: DemoControls): Promise<void> {
  const { simulator, apiKey, meters } = controls;
  await page.goto(`${camera.url}/login`);
  if (!simulator || !apiKey) {
    await page.getByTestId('demo-sign-ins').locator('[data-user="student"]').click();
    await page.waitForURL(/\/me$/, { timeout: 60_000 });
    return;
  }
  const rest = async (path: string, body?: object) => {
    const answer = await fetch(`${camera.url}/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer.json();
  };
  const speed = (value: number) =>
    fetch(`${simulator}/clock`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ speed: value }),
    });
  const { document } = campusPlan({ seed: SEED, meters });
  const rooms = document.accounts.filter(
    ({ kind, policy }) => kind === 'ROOM' && policy === 'NO-QUIET-HOURS',
  );
  await speed(SPEED);
  const untilMs = Date.now() + DARK_WITHIN_MS;
  let dark: string | undefined;
  while (dark === undefined && Date.now() < untilMs) {
    for (const { code } of rooms) {
      const account = (await rest(`/accounts/${code}`)) as {
        available: string;
        points: { measured: string }[];
      };
      const [point] = account.points;
      if (account.points.length === 1 && point?.measured === 'OPEN' && Number(account.available) <= 0)
        dark = code;
      if (dark !== undefined) break;
    }
    if (dark === undefined) await page.waitForTimeout(2_000);
  }
  await speed(1);
  if (dark === undefined) throw new Error('no room of the demo was cut for credit');
  const { person } = document.occupancies.find(({ account }) => account === dark)!;
  await rest('/import', {
    campus: document.campus,
    users: [
      { code: 'resident3', person, password: PASSWORD, roles: [{ role: 'STUDENT', scope: dark.slice(2) }] },
    ],
  });
  await page.locator('input[name="username"], input[autocomplete="username"]').fill('resident3');
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/me$/, { timeout: 60_000 });
}

async function take(camera: Camera, page: Page, look: Look, name: string, path: string): Promise<void> {
  await inLook(camera, page, look, path);
  await keep(camera, page, look, name);
}

async function setSize(page: Page, context: BrowserContext, camera: Camera, look: Look): Promise<void> {
  const [size, theme, lang] = look;
  await setLook(context, camera.url, lang, theme);
  await page.setViewportSize(SIZES[size]);
}

async function inLook(camera: Camera, page: Page, look: Look, path: string): Promise<void> {
  await setSize(page, page.context(), camera, look);
  await page.goto(new URL(path, camera.url).href);
  await camera.finished(page, REST_MS);
}

async function keep(camera: Camera, page: Page, look: Look, name: string): Promise<void> {
  const [size, theme, lang] = look;
  await camera.save(page, `${name}-${size}-${theme}-${lang.slice(0, 2)}`);
  process.stdout.write(`${name} ${size} ${theme} ${lang}\n`);
}
