import type { Page } from '@playwright/test';
import { expectAccessible } from '../fixtures/looks';
import { openPage } from '../fixtures/openPage';
import { expect, PEOPLE, type Product, setLook, signIn, test } from '../fixtures/product';

/** Room whose meter says that it has switched while its contact stays (S6), and room whose meter never answers (S7). */
const STUCK = '7-415';
const SILENT = '7-416';
/** The campus runs this much faster while commands wait for their limits. */
const FAST = 4;

interface StoredCommandView {
  state: string;
  actor: string;
  reason: string;
  createdAt: string;
  finishedAt: string;
}

/** The 5 s in which it can be taken back, the 120 s of its life, and the sweep that ends it, ms of the campus clock. */
const ENDS_WITHIN_MS = 5_000 + 120_000 + 15_000;

/** Writes down everything that a room page ever claims about its supply, from now on. */
async function recordClaims(page: Page): Promise<void> {
  await page.evaluate(() => {
    const claims = new Set<string>();
    const look = () => {
      const track = document.querySelector('[data-testid="cmd-track"]');
      if (track) claims.add(`track ${track.getAttribute('data-state')}`);
      if (track) claims.add(`words ${track.querySelector('[role="status"] b')?.textContent}`);
      const measured = document.querySelector('[data-testid="measured"] [data-position]');
      if (measured) claims.add(`measured ${measured.getAttribute('data-position')}`);
    };
    look();
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    Object.assign(window, { claims });
  });
}

const claimsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...(window as unknown as { claims: Set<string> }).claims]);

const positionOf = async (product: Product, room: string): Promise<string> =>
  JSON.stringify((await product.rest<{ measured: unknown }>(`/meter-points/P-E-${room}`)).measured);

test('a cut that no reading proves, and one that nobody answers, never pass for done: the first ends in a P1, the second in a timeout', async ({
  browser,
  page,
  product,
}) => {
  test.setTimeout(300_000);
  await setLook(page.context(), product.url, 'en', 'light');
  await product.scenario('S2', { meter: `E-${STUCK}` });
  await product.scenario('S6', { meter: `E-${STUCK}`, keep: true });
  await product.scenario('S7', { meter: `E-${SILENT}`, keep: true });

  // Out of its alarm, in exactly two taps. The trace beside it shows the limit and when it was passed.
  await signIn(page, product, PEOPLE.security);
  await openPage(page, `${product.url}/alarms`);
  const overload = page.locator('[data-testid="alarm-row"][data-rule="OVERLOAD"]').filter({ hasText: STUCK });
  await expect(overload).toBeVisible({ timeout: 60_000 });
  await overload.click();
  await expect(page.getByTestId('alarm-trace').getByRole('img')).toHaveAccessibleName(
    /Limit 800.W.*over limit \d\d:\d\d:\d\d/,
  );
  await expectAccessible(page);
  await page.getByTestId('cut').click();
  await expect(page.getByTestId('confirm')).toBeEnabled();
  await page.getByTestId('confirm').click();
  // The panel closes once the command is accepted; a refusal would stand in it.
  await expect(page.getByTestId('arm-panel')).toBeHidden();
  await openPage(page, `${product.url}/rooms/${STUCK}`);
  await expect(page.getByTestId('cmd-track')).toHaveAttribute('data-state', 'acked', { timeout: 30_000 });
  await expect(page.getByTestId('cmd-track').getByRole('status')).toContainText('not yet proven');
  await recordClaims(page);

  const other = await browser.newContext();
  await setLook(other, product.url, 'en', 'light');
  const silent = await other.newPage();
  await signIn(silent, product, PEOPLE.energyManager);
  await openPage(silent, `${product.url}/rooms/${SILENT}`);
  await silent.getByTestId('cut').click();
  await expect(silent.getByTestId('confirm')).toBeEnabled();
  await silent.getByTestId('confirm').click();
  const silentTrack = silent.getByTestId('cmd-track');
  await expect(silentTrack).toHaveAttribute('data-state', 'sent', { timeout: 30_000 });
  await recordClaims(silent);

  await product.clock({ speed: FAST });
  const track = page.getByTestId('cmd-track');
  await expect(track).toHaveAttribute('data-state', 'mismatch', { timeout: 120_000 });
  await expect(page.getByTestId('next-step')).toContainText('treat it as live');
  await expect(silentTrack).toHaveAttribute('data-state', 'timeout', { timeout: 120_000 });
  await expect(silent.getByTestId('next-step')).toContainText('read the meter');
  await product.clock({ speed: 1 });

  const id = (await silentTrack.getAttribute('data-command'))!;
  const stored = await product.rest<StoredCommandView>(`/commands/${id}`);
  expect(stored).toMatchObject({ state: 'FAILED_TIMEOUT', actor: 'user:linwei', reason: 'WORKS' });
  expect(Date.parse(stored.finishedAt) - Date.parse(stored.createdAt)).toBeLessThan(ENDS_WITHIN_MS);
  for (const [seen, room] of [
    [page, STUCK],
    [silent, SILENT],
  ] as const) {
    const claims = await claimsOf(seen);
    expect(claims, room).toContain('measured closed');
    expect(
      claims.filter((claim) => /verified|measured open|Proven|words Measured/.test(claim)),
      room,
    ).toEqual([]);
    expect(await positionOf(product, room)).toContain('CLOSED');
  }

  await openPage(page, `${product.url}/alarms`);
  const unproven = page
    .getByTestId('p1-region')
    .locator('[data-rule="CUT_NOT_PROVEN"]')
    .filter({ hasText: STUCK });
  await expect(unproven).toBeVisible();
  await expect(unproven).toHaveAttribute('data-pri', '1');
  await product.scenario('S1');
  await other.close();
});
