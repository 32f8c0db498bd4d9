import type { Browser } from '@playwright/test';
import { openPage } from '../fixtures/openPage';
import { expect, PEOPLE, type Product, signIn, test } from '../fixtures/product';

const SCENE_MS = 25_000;

test.use({ viewport: { width: 1920, height: 1080 } });

/** An administrator has a forged top-up found, from the demo's panel. */
async function drillLedger(browser: Browser, product: Product): Promise<void> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, product, PEOPLE.admin);
  const strip = page.getByTestId('demo-strip');
  await strip.locator('[aria-expanded="false"]').click();
  await strip.getByTestId('tamper-drill').click();
  await expect(strip.getByTestId('demo-said')).toHaveText(/\S/, { timeout: 30_000 });
  await page.context().close();
}

test('shows a P2 across the bottom beside a tamper drill, and holds the alarms while a P1 is unacknowledged', async ({
  page,
  browser,
  product,
  outside,
}) => {
  test.setTimeout(240_000);
  await page.clock.install();
  await signIn(page, product, PEOPLE.energyManager);
  await openPage(page, `${product.url}/wall?lang=en`);
  const scene = page.getByTestId('wall-scene');
  await expect(scene).toHaveAttribute('data-scene', 'A');
  await expect(page.getByTestId('wall-sound')).toHaveAttribute('data-sound', 'on');
  await drillLedger(browser, product);
  await expect(page.getByTestId('wall-drill')).toHaveAttribute('data-found', 'true', { timeout: 20_000 });
  await product.scenario('S2');
  await expect(page.getByTestId('wall-band')).toHaveAttribute('data-pri', '2', { timeout: 45_000 });
  await expect(page.getByTestId('wall-drill')).toBeVisible();
  await expect(page.getByTestId('wall-segments')).toHaveAttribute('data-pinned', 'true', {
    timeout: 150_000,
  });
  await expect(scene).toHaveAttribute('data-scene', 'C');
  await expect(page.getByTestId('wall-band')).toBeHidden();
  await expect(page.getByRole('alert').filter({ hasText: /D7\u2060-\u20602/ })).toBeVisible();
  await page.clock.runFor(2 * SCENE_MS);
  await expect(scene).toHaveAttribute('data-scene', 'C');

  const security = await (await browser.newContext()).newPage();
  await signIn(security, product, PEOPLE.security);
  await openPage(security, `${product.url}/alarms`);
  const p1 = security.locator('[data-testid="alarm-row"][data-pri="1"]').filter({ hasText: 'D7-2' });
  await p1.getByTestId('ack').click();
  await expect(page.getByTestId('wall-segments')).not.toHaveAttribute('data-pinned', 'true', {
    timeout: 15_000,
  });
  await security.context().close();
  expect(outside).toEqual([]);
});
