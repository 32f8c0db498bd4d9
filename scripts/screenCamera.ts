import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { ROOT } from './runStep';

export const SIZES = {
  wall: { width: 1920, height: 1080 },
  desk: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

export type ScreenLang = 'zh-CN' | 'en';
export type ScreenTheme = 'light' | 'dark';

/** Sizes, themes and languages in which a page is shown, each of them twice. */
export const LOOKS = [
  ['phone', 'light', 'zh-CN'],
  ['phone', 'dark', 'en'],
  ['desk', 'light', 'en'],
  ['desk', 'dark', 'zh-CN'],
] as const;
export type Look = (typeof LOOKS)[number];

/** Charts and live values have come to rest after this time on a page. */
const REST_MS = 9_000;

/** A small machine draws, charges and serves at once. */
const NAVIGATION_WITHIN_MS = 120_000;

/** Takes pictures of a running product into docs/screens. */
export interface Camera {
  readonly url: string;
  openContext(
    viewport: { width: number; height: number },
    lang: ScreenLang,
    theme: ScreenTheme,
  ): Promise<BrowserContext>;
  /** Waits for the page to be finished: charts and map draw after their data. */
  finished(page: Page, restMs?: number): Promise<void>;
  save(page: Page, name: string): Promise<void>;
  /** Whether pictures of this name were asked for. */
  wants(name: string): boolean;
}

/** @param only pictures whose names begin so */
export function openCamera(browser: Browser, url: string, only: string): Camera {
  const folder = join(ROOT, 'docs', 'screens');
  mkdirSync(folder, { recursive: true });
  return {
    url,
    async openContext(viewport, lang, theme) {
      const context = await browser.newContext({ viewport, timezoneId: 'Asia/Shanghai' });
      context.setDefaultNavigationTimeout(NAVIGATION_WITHIN_MS);
      await setLook(context, url, lang, theme);
      return context;
    },
    async finished(page, restMs = REST_MS) {
      await page.waitForLoadState('networkidle', { timeout: 20_000 }).catch(() => undefined);
      await page.evaluate(() => document.fonts.ready);
      await page
        .locator('[data-testid="skeleton"]')
        .first()
        .waitFor({ state: 'hidden', timeout: 20_000 })
        .catch(() => undefined);
      await page.waitForFunction(
        () => document.querySelector('[data-testid="campus-map"][data-drawn="false"]') === null,
        undefined,
        { timeout: 60_000 },
      );
      await page.waitForFunction((ms) => performance.now() > ms, restMs, { timeout: 30_000 });
    },
    async save(page, name) {
      await page.screenshot({ path: join(folder, `${name}.png`) });
    },
    wants: (name) => name.startsWith(only),
  };
}

/** Data of a page that a person has just been on is there after this time. */
const SHORT_REST_MS = 2_500;

/** Signs a page in as a person of the demo. */
export type SignIn = (page: Page, person: string) => Promise<void>;

/**
 * Takes one picture of a page that is signed in, if it was asked for.
 * @param ready what is done on the page before
 */
export async function takeShot(
  camera: Camera,
  page: Page,
  look: Look,
  name: string,
  path: string,
  ready?: () => Promise<void>,
): Promise<void> {
  if (!camera.wants(name)) return;
  const [size, theme, lang] = look;
  await setLook(page.context(), camera.url, lang, theme);
  await page.setViewportSize(SIZES[size]);
  await page.goto(camera.url + path);
  await camera.finished(page, SHORT_REST_MS);
  await ready?.();
  await camera.save(page, `${name}-${size}-${theme}-${lang.slice(0, 2)}`);
  process.stdout.write(`${name} ${size} ${theme} ${lang}\n`);
}

/** Scrolls so that a part of the page begins below the alarm bar. */
export async function showFrom(part: Locator): Promise<void> {
  await part.evaluate((element) => {
    element.style.scrollMarginTop = '72px';
    element.scrollIntoView({ block: 'start', behavior: 'instant' });
  });
}

/** Language and theme of everything that the context opens from now on. */
export async function setLook(
  context: BrowserContext,
  url: string,
  lang: ScreenLang,
  theme: ScreenTheme,
): Promise<void> {
  await context.addCookies([
    { name: 'theme', value: theme, url },
    { name: 'lang', value: lang, url },
  ]);
}
