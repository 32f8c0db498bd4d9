import type { BrowserContext, Page } from '@playwright/test';
import { insertDisplay } from '../db/queries/displays';
import { DISPLAY_TOKEN_PREFIX } from '../server/auth/displayTokens';
import { hashToken, newToken } from '../server/auth/tokens';
import { be, expect, type PageServer, type Site, startPageServer, test } from './fixtures/pages';
import { calmAlarms, signalAlarm } from './fixtures/storedAlarms';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SCENE_MS = 25_000;
const SCENES = ['A', 'B', 'C'];
const HD = { width: 1920, height: 1080 };
const UHD = { width: 3840, height: 2160 };

test.use({ viewport: HD });
test.describe.configure({ timeout: 180_000 });

test.describe('a wall', () => {
  let server: PageServer;
  let displays = 0;

  test.beforeAll(async ({ site }) => {
    server = await startPageServer({ databaseUrl: site.database.url, nowMs: site.nowMs });
  });

  test.afterAll(() => server.stop());

  /** Starts the same address again. */
  async function startAgain(site: Site, build?: string): Promise<void> {
    server = await startPageServer({
      databaseUrl: site.database.url,
      nowMs: site.nowMs,
      port: server.port,
      build,
    });
  }

  /** The token of a display that was paired before. */
  async function token(site: Site): Promise<string> {
    const value = newToken(DISPLAY_TOKEN_PREFIX);
    const at = new Date(site.nowMs - DAY_MS / 2);
    await insertDisplay(site.database, {
      id: `E2E-WALL-${displays++}`,
      campusId: site.campusId,
      name: 'Hall',
      tokenHash: hashToken(value),
      rotatedAt: at,
      pairedAt: at,
      pairedBy: 'user:guoning',
      playlist: ['A', 'B', 'C'],
    });
    return value;
  }

  /** Opens the wall on a paired screen. */
  async function hang(page: Page, site: Site, search = ''): Promise<void> {
    await page
      .context()
      .addCookies([{ name: 'wattkeep-display', value: await token(site), url: server.url }]);
    await page.goto(`${server.url}/wall${search}`);
    await expectWhole(page);
  }

  test('pairs by the code it shows, lives on after 40 days, and shows a code when revoked, never a login form', async ({
    page,
    browser,
    site,
  }) => {
    await page.goto(`${server.url}/wall`);
    await expect(page.getByTestId('wall-code')).toHaveText(/^\d{3} \d{3}$/);
    const approveUrl = await page.getByTestId('wall-qr').getAttribute('data-url');
    const admin = await openAdmin(await browser.newContext(), site, approveUrl!);
    await admin.getByTestId('pair-form').getByRole('textbox').last().fill('North hall');
    await admin.getByTestId('pair-form').getByRole('button').click();
    await expect(page.getByTestId('page-wall')).toBeVisible();
    await expect(page.getByTestId('conn')).toHaveAttribute('data-state', 'live');

    const firstToken = await tokenOf(page.context());
    server.setClock(site.nowMs + 40 * DAY_MS);
    await page.reload();
    await expect(page.getByTestId('page-wall')).toBeVisible();
    // The heartbeat of the new day brings a new token, and nobody notices.
    await expect.poll(() => tokenOf(page.context()), { timeout: 45_000 }).not.toBe(firstToken);
    await page.reload();
    await expect(page.getByTestId('page-wall')).toBeVisible();
    await expectNoSignIn(page);
    server.setClock(site.nowMs);
    await expect(page.getByTestId('conn')).toHaveAttribute('data-state', 'live');

    await admin.getByTestId('display-row').filter({ hasText: 'North hall' }).getByRole('button').click();
    await admin.getByTestId('revoke-dialog').getByRole('button', { name: 'Revoke' }).click();
    await expect(page.getByTestId('wall-code')).toHaveText(/^\d{3} \d{3}$/, { timeout: 30_000 });
    await expectNoSignIn(page);
    await admin.context().close();
  });

  test('no text is smaller than 32 px, at twice the lines all is twice as large, and nobody’s room or money is told', async ({
    page,
    site,
  }) => {
    await signalAlarm(site, { rule: 'FEEDER_OVERLOAD', at: 'D7-2', watts: [41_000, 32_000] });
    await signalAlarm(site, { rule: 'OVERLOAD', at: 'P-E-7-412', watts: [1_240, 800] });
    await signalAlarm(site, { rule: 'OVERLOAD', at: 'P-E-7-410', watts: [990, 800] });
    await signalAlarm(site, { rule: 'FEEDER_80', at: 'D4-1', watts: [27_000, 26_000] });
    await hang(page, site);
    await expect(page.locator('[data-testid="alarm-row"]')).toHaveCount(3);
    await expect(page.locator('[data-label]').first()).toBeAttached();
    const small = await textSizes(page);
    expect(small.filter(({ px }) => px < 32).map(({ key, px }) => `${key} ${px}`)).toEqual([]);
    // Hours later nothing was heard: the banner stands as well.
    server.setClock(site.nowMs + 3 * 3_600_000);
    await expect(page.getByTestId('wall-banner')).toBeVisible();
    expect((await textSizes(page)).filter(({ px }) => px < 32)).toEqual([]);
    server.setClock(site.nowMs);
    await expect(page.getByTestId('wall-banner')).toBeHidden();

    await page.setViewportSize(UHD);
    const before = new Map(small.map(({ key, px }) => [key, px]));
    await expect
      .poll(async () =>
        (await textSizes(page))
          .filter(({ key, px }) => before.has(key) && Math.abs(px / before.get(key)! - 2) > 0.01)
          .map(({ key, px }) => `${key} ${before.get(key)} ${px}`),
      )
      .toEqual([]);

    expect(await page.content()).not.toMatch(/[¥￥]|\d元/);
    // A code's word joiners would hide it.
    const told = (await texts(page)).join('\n').replaceAll('\u2060', '');
    const rooms = site.plan.document.spaces.filter(({ kind }) => kind === 'ROOM').map(({ code }) => code);
    expect(rooms.length).toBeGreaterThan(1_000);
    expect(rooms.filter((code) => new RegExp(`(?<![\\w-])${code}(?![\\w-])`).test(told))).toEqual([]);
    await calmAlarms(site);
  });

  test('a server that was away for ten minutes is live again within half a minute, and nobody touched the screen', async ({
    page,
    site,
  }) => {
    await page.clock.install();
    await hang(page, site);
    await server.stop();
    await expect(page.getByTestId('conn')).toHaveAttribute('data-state', 'reconnecting');
    for (let minute = 0; minute < 10; minute++) await page.clock.runFor(MINUTE_MS);
    await expect(page.getByTestId('conn')).toHaveAttribute('data-state', 'offline');
    await expect(page.getByTestId('wall-banner')).toContainText('10');
    await expect(page.getByTestId('page-wall')).toHaveAttribute('data-stale', 'true');
    await startAgain(site);
    await expect(page.getByTestId('conn')).toHaveAttribute('data-state', 'live', { timeout: 30_000 });
    await expect(page.getByTestId('wall-banner')).toBeHidden();
    await expect(page.getByTestId('wall-load')).toHaveAttribute('data-fresh', /fresh|late/);
  });

  test('its scenes turn every 25 s, and after a minute everything stands elsewhere', async ({
    page,
    site,
  }) => {
    test.setTimeout(180_000);
    await page.clock.install();
    await hang(page, site);
    const scene = page.getByTestId('wall-scene');
    // On a slow machine the first round may have begun before the wall was drawn.
    await expect(scene).toHaveAttribute('data-scene', 'A', { timeout: 90_000 });
    const drawings = await page.locator('canvas').count();
    const lefts = () =>
      page.evaluate(() =>
        [
          'h1',
          'time',
          '[data-testid="campus-map"]',
          '[data-testid="wall-load"]',
          '[data-testid="wall-segments"]',
        ].map((each) => document.querySelector(each)!.getBoundingClientRect().left),
      );
    const before = await lefts();
    server.setClock(site.nowMs + MINUTE_MS);
    await expect
      .poll(async () => (await lefts()).filter((left, at) => Math.abs(left - before[at]!) < 1).length)
      .toBe(0);
    server.setClock(site.nowMs);
    // From here the screen's time stands, however slow this machine is.
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 100));
    let at = SCENES.indexOf((await scene.getAttribute('data-scene'))!);
    for (let turn = 0; turn < SCENES.length; turn++) {
      await page.clock.runFor(SCENE_MS);
      at = (at + 1) % SCENES.length;
      await expect(scene).toHaveAttribute('data-scene', SCENES[at]!);
    }
    // One map and one chart for life; the second round has its sides swapped.
    await expect(page.locator('canvas')).toHaveCount(drawings);
    const [title, load] = await lefts().then((all) => [all[0]!, all[3]!]);
    expect(Math.abs(title - before[0]!)).toBeGreaterThan(400);
    expect(Math.abs(load - before[3]!)).toBeGreaterThan(400);
  });

  test('is dark from the set hour to the set hour of the campus, wherever the screen’s clock stands', async ({
    page,
    site,
  }) => {
    const at = (time: string) => Date.parse(`2026-11-12T${time}+08:00`);
    await page.clock.install({ time: at('03:00:00') });
    await hang(page, site, '?night=21:30-06:00');
    const wall = page.getByTestId('page-wall');
    await expect(wall).toHaveAttribute('data-theme', 'wall-day');
    const ground = () => wall.evaluate((element) => getComputedStyle(element).backgroundColor);
    const day = await ground();
    server.setClock(at('21:29:55'));
    await expect(page.locator('time')).toHaveText('21:29');
    await expect(wall).toHaveAttribute('data-theme', 'wall-day');
    server.setClock(at('21:30:00'));
    await expect(wall).toHaveAttribute('data-theme', 'wall-night');
    expect(await ground()).not.toBe(day);
    server.setClock(at('06:00:00') + DAY_MS);
    await expect(wall).toHaveAttribute('data-theme', 'wall-day');
    server.setClock(site.nowMs);
  });

  test('a reload without a server shows our own page with the age of the data, and goes live by itself', async ({
    page,
    site,
  }) => {
    await hang(page, site);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await expect
      .poll(() => page.evaluate(() => localStorage.getItem('wall')), { timeout: 30_000 })
      .toContain('asOf');
    await server.stop();
    await page.reload();
    const shell = page.getByTestId('page-wall-shell');
    await expect(shell).toBeVisible();
    await expect(page.locator('#age')).toHaveText(/数据已过 \d+ (秒|分钟)/);
    await expect(page.locator('#age')).toHaveAttribute('data-age-s', /^\d+$/);
    await expect(page.locator('#figure')).toHaveText(/kW|MW/);
    expect((await textSizes(page)).filter(({ px }) => px < 32)).toEqual([]);
    await startAgain(site);
    await expect(page.getByTestId('page-wall')).toBeVisible({ timeout: 45_000 });
    await expect(page.getByTestId('conn')).toHaveAttribute('data-state', 'live');
  });

  test('a part that could not be loaded leaves no dead page', async ({ page, site }) => {
    let allowed = true;
    page.once('domcontentloaded', () => {
      allowed = false;
    });
    await page.route(/chunks\/.*\.js$/, (route) => (allowed ? route.continue() : route.abort()));
    await page
      .context()
      .addCookies([{ name: 'wattkeep-display', value: await token(site), url: server.url }]);
    await page.goto(`${server.url}/wall`);
    await expect(page.getByTestId('page-wall-error')).toBeVisible();
    expect((await textSizes(page)).filter(({ px }) => px < 32)).toEqual([]);
    allowed = true;
    await expect(page.getByTestId('page-wall')).toBeVisible({ timeout: 45_000 });
    await expectWhole(page);
  });

  test('another build is taken up between two scenes, not in the middle of one', async ({ page, site }) => {
    // This wall's own delay after a new build is next to none; the map needs numbers that differ.
    await page.addInitScript(() => {
      const { random } = Math;
      Math.random = () => random() / 10_000;
    });
    await page.clock.install();
    await hang(page, site);
    await page.evaluate(() => {
      document.body.dataset.first = 'true';
    });
    const first = page.locator('body[data-first]');
    // In small steps, so that it stands near the beginning of a scene however long the drawing took.
    for (const scene of ['A', 'B'])
      await expect
        .poll(
          async () => {
            await page.clock.runFor(500);
            return page.getByTestId('wall-scene').getAttribute('data-scene');
          },
          { timeout: 60_000, intervals: [10] },
        )
        .toBe(scene);
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 100));
    await server.stop();
    await startAgain(site, 'another');
    const reconnected = page.waitForResponse((answer) => answer.url().includes('displays.heartbeat'));
    await page.clock.runFor(15_000);
    await reconnected;
    await expect(first).toHaveCount(1);
    await page.clock.resume();
    await expect(first).toHaveCount(0, { timeout: 45_000 });
    await expect(page.getByTestId('wall-scene')).toHaveAttribute('data-scene', 'A');
    await expect(page.getByTestId('conn')).toHaveAttribute('data-state', 'live');
  });
});

async function openAdmin(context: BrowserContext, site: Site, url: string): Promise<Page> {
  await be(context, site, 'guoning');
  const page = await context.newPage();
  await page.goto(url);
  await expect(page.getByTestId('conn').first()).toHaveAttribute('data-state', 'live');
  return page;
}

/** Drawing a map without a graphics card takes its time on a busy machine. */
const DRAWN_WITHIN_MS = 60_000;

/** The wall is live, and map and chart are drawn. */
async function expectWhole(page: Page): Promise<void> {
  await expect(page.getByTestId('conn')).toHaveAttribute('data-state', 'live');
  await expect(page.getByTestId('campus-map')).toHaveAttribute('data-drawn', 'true', {
    timeout: DRAWN_WITHIN_MS,
  });
  await expect.poll(() => page.locator('canvas').count(), { timeout: DRAWN_WITHIN_MS }).toBeGreaterThan(1);
}

async function tokenOf(context: BrowserContext): Promise<string | undefined> {
  return (await context.cookies()).find(({ name }) => name === 'wattkeep-display')?.value;
}

async function expectNoSignIn(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/wall$/);
  await expect(page.locator('input, form')).toHaveCount(0);
}

interface TextSize {
  /** Kind of place that it stands at. */
  readonly key: string;
  readonly px: number;
}

/** Size of every piece of text in the page, also of the scenes that wait, as it is drawn. */
function textSizes(page: Page): Promise<TextSize[]> {
  return page.evaluate(() => {
    const found = new Map<string, number>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement!;
      if (!node.textContent!.trim() || !element.checkVisibility()) continue;
      const form = element.closest<HTMLElement>('[data-form]')?.dataset.form ?? '';
      const key = `${element.tagName}.${element.getAttribute('class') ?? ''}<${element.parentElement!.className} ${form}`;
      const drawn = element instanceof SVGGraphicsElement ? (element.getScreenCTM()?.a ?? 1) : 1;
      const px = Math.round(Number.parseFloat(getComputedStyle(element).fontSize) * drawn * 100) / 100;
      found.set(key, Math.min(px, found.get(key) ?? px));
    }
    return [...found].map(([key, px]) => ({ key, px }));
  });
}

function texts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const all: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!['SCRIPT', 'STYLE'].includes(node.parentElement!.tagName)) all.push(node.textContent!);
    return all;
  });
}
