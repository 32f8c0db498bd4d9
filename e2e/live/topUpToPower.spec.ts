import { campusPlan } from '../../simulator/plan/campusPlan';
import { openPage } from '../fixtures/openPage';
import { expect, test } from '../fixtures/product';

const METERS = 290;
const SEED = 7;
const PASSWORD = 'a-resident-of-dorm-3';
/**
 * Eligible for a minute, the last notice a quarter of an hour before: at this speed under a minute. Faster, the way of a reading
 * through a busy machine would last longer than the two intervals after which nobody is cut.
 */
const SPEED = 20;

interface Account {
  readonly available: string;
  readonly points: readonly { readonly code: string; readonly measured: string }[];
}

test('a room that was cut for credit: three taps, and the timeline ends in power measured on; tripped early, one tap more goes on', async ({
  browser,
  product,
  outside,
}) => {
  test.setTimeout(600_000);
  const { document } = campusPlan({ seed: SEED, meters: METERS });
  const rooms = document.accounts.filter(
    ({ kind, policy }) => kind === 'ROOM' && policy === 'NO-QUIET-HOURS',
  );
  await product.clock({ speed: SPEED });
  let dark: string | null = null;
  await expect
    .poll(
      async () => {
        for (const { code } of rooms) {
          const account = await product.rest<Account>(`/accounts/${code}`);
          const [point] = account.points;
          if (account.points.length === 1 && point?.measured === 'OPEN' && Number(account.available) <= 0)
            dark = code;
          if (dark !== null) return dark;
        }
        return null;
      },
      { timeout: 240_000, intervals: [2_000] },
    )
    .not.toBeNull();
  await product.clock({ speed: 1 });
  const room = dark!.slice(2);
  const { person } = document.occupancies.find(({ account }) => account === dark)!;
  await product.rest('/import', {
    method: 'POST',
    body: JSON.stringify({
      campus: document.campus,
      users: [{ code: 'resident3', person, password: PASSWORD, roles: [{ role: 'STUDENT', scope: room }] }],
    }),
  });

  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  await openPage(page, `${product.url}/login`);
  await page.locator('input[name="username"], input[autocomplete="username"]').fill('resident3');
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/me$/);
  await expect(page.getByTestId('off')).toHaveAttribute('data-why', 'arrears');
  await expect(page.getByTestId('restore')).toHaveAttribute('data-act', 'top_up');
  // A code of the engine is no word for a resident.
  await expect(page.locator('main')).not.toContainText(/[A-Z]{2,}_[A-Z]{2,}/);
  await expect(page.getByTestId('time-left')).not.toContainText(/应分闸|should be cut/);

  let taps = 0;
  const tap = async (target: ReturnType<typeof page.locator>) => {
    taps += 1;
    await target.tap();
  };
  await tap(page.locator('[data-amount="50"]'));
  await tap(page.getByTestId('pay'));
  await tap(page.getByTestId('wallet-confirm'));
  const order = page.getByTestId('order');
  await expect(order).toHaveAttribute('data-state', 'credited', { timeout: 30_000 });
  const steps = page.getByTestId('order-timeline').locator('li');
  await expect(steps).toHaveCount(4);
  await expect(order).toHaveAttribute('data-power', 'on', { timeout: 120_000 });
  expect(taps).toBe(3);
  for (const step of ['paid', 'credited', 'command_sent', 'power_on'])
    await expect(page.locator(`[data-step="${step}"]`)).toHaveAttribute('data-state', 'done');
  const times = await page
    .getByTestId('order-timeline')
    .locator('time')
    .evaluateAll((all) => all.map((each) => Date.parse(each.getAttribute('datetime')!)));
  expect(times).toEqual([...times].sort((a, b) => a - b));

  await page.getByRole('link', { name: /Done|完成/ }).click();
  await expect(page.getByTestId('off')).toHaveCount(0);
  await expect(page.getByTestId('power-tile')).toHaveAttribute('data-position', 'closed');

  await test.step('under a two-stage policy it trips at the alarm level, and the resident goes on', async () => {
    // The least times on and off are half a minute and a minute.
    await product.clock({ speed: 10 });
    const account = document.accounts.find(({ code }) => code === dark)!;
    const { openingBalance: _, ...terms } = account;
    await product.rest('/import', {
      method: 'POST',
      body: JSON.stringify({
        campus: document.campus,
        // What was just paid is below this level.
        policies: [{ code: 'TWO-STAGE', noCutPeriods: false, earlyTripAt: '60.00' }],
        accounts: [{ ...terms, policy: 'TWO-STAGE' }],
      }),
    });
    await expect(page.getByTestId('off')).toHaveAttribute('data-why', 'early_trip', { timeout: 120_000 });
    await page.getByTestId('continue').tap();
    await expect(page.getByTestId('off')).toHaveCount(0, { timeout: 120_000 });
    await expect(page.getByTestId('power-tile')).toHaveAttribute('data-position', 'closed');
    await product.clock({ speed: 1 });
  });
  await context.close();
  expect(outside).toEqual([]);
});
