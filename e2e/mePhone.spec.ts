import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from '@playwright/test';
import { be, expect, open, test } from './fixtures/pages';
import { blockOutside } from './fixtures/product';
import { HOME, liveIn, withUse } from './fixtures/residents';

const PHONE = { width: 390, height: 844 };
/** Script that a resident's first page names, gzipped. The framework alone is 135 kB of it. */
const SCRIPT_MAX_BYTES = 206_000;

/** What a phone fetches before the page can be acted on; what comes by imports afterwards is not in it. */
async function namedScriptBytes(page: Page, url: string): Promise<number> {
  const html = await (await page.request.get(url)).text();
  const named = [...html.matchAll(/<script\b([^>]*?)\ssrc="([^"]+)"([^>]*)>/g)]
    .filter((tag) => !tag[0].includes('noModule'))
    .map((tag) => tag[2]!);
  expect(named.length).toBeGreaterThan(5);
  const sizes = await Promise.all(
    [...new Set(named)].map(async (src) => {
      const answer = await page.request.get(new URL(src, url).href);
      return gzipSync(await answer.body()).length;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

test('Chromium finds nothing missing to install it, and offline it says so in words instead of the browser’s error', async ({
  outside,
  site,
}) => {
  await withUse(site);
  await liveIn(site, HOME);
  const profile = mkdtempSync(join(tmpdir(), 'wattkeep-install-'));
  // A profile of its own: the window that tests have else is private, where nothing is ever installed.
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: test.info().project.use.launchOptions!.executablePath!,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
    viewport: PHONE,
  });
  try {
    await blockOutside(context, outside);
    await be(context, site, 'student', { lang: 'en' });
    const page = context.pages()[0]!;
    await open(page, site, '/me');
    const scope = await page.evaluate(() => navigator.serviceWorker.ready.then((ready) => ready.scope));
    expect(scope).toBe(`${site.url}/me`);

    const client = await context.newCDPSession(page);
    const { url, errors, data } = await client.send('Page.getAppManifest');
    expect(url).toBe(`${site.url}/me.en.webmanifest`);
    expect(errors).toEqual([]);
    const manifest = JSON.parse(data!);
    expect(manifest).toMatchObject({ start_url: '/me', scope: '/me', display: 'standalone', lang: 'en' });
    for (const { src } of manifest.icons as { src: string }[])
      expect((await context.request.get(site.url + src)).status(), src).toBe(200);
    const { installabilityErrors } = await client.send('Page.getInstallabilityErrors');
    expect(installabilityErrors).toEqual([]);

    expect(await namedScriptBytes(page, `${site.url}/me`)).toBeLessThan(SCRIPT_MAX_BYTES);

    await context.setOffline(true);
    await page.reload();
    await expect(page.getByTestId('page-me-shell')).toBeVisible();
    await expect(page.locator('#pay')).toContainText('Top-up is not possible offline');
    await context.setOffline(false);
    await expect(page.getByTestId('page-me')).toBeVisible({ timeout: 45_000 });
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
});
