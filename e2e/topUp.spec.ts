import type { Page } from '@playwright/test';
import { UNIT_ROOM } from '../simulator/plan/unitRoom';
import { expectAccessible, expectOneWayScroll } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';
import { HOME, liveIn, one, withUse } from './fixtures/residents';

const PHONE = { width: 390, height: 844 };
const KEY_MARGIN_MIN_PX = 4;

test.beforeEach(async ({ context, page, site }) => {
  await withUse(site);
  await liveIn(site, HOME);
  await site.database.pool.query(
    "update payment_order set state = 'CLOSED' where state = 'CREATED' or state = 'PAID'",
  );
  site.sandbox.behave({});
  await be(context, site, 'student', { lang: 'en' });
  await page.setViewportSize(PHONE);
});

/** Counts the taps that a person makes on a page and the wallet it leads to. */
function taps(page: Page) {
  let count = 0;
  return {
    tap: async (testId: string, within = page.locator('body')) => {
      count += 1;
      await within.getByTestId(testId).click();
    },
    chip: async (amount: string) => {
      count += 1;
      await page.locator(`[data-amount="${amount}"]`).click();
    },
    count: () => count,
  };
}

async function available(site: Site): Promise<bigint> {
  return one<bigint>(
    site,
    'select available_micro as value from account_balance b join account a on a.id = b.account_id where a.code = $1',
    [`A-${HOME}`],
  );
}

async function ordersOf(site: Site): Promise<number> {
  return one<number>(site, "select count(*)::int as value from payment_order where actor = 'user:student'");
}

test('three taps pay: an amount, Pay, and the wallet’s own confirmation', async ({ page, site }) => {
  const before = await available(site);
  await open(page, site, '/me');
  const { tap, chip, count } = taps(page);
  await chip('100');
  await tap('pay');
  await expect(page.getByTestId('wallet-confirm')).toBeVisible();
  await tap('wallet-confirm');
  await expect(page.getByTestId('order')).toHaveAttribute('data-state', 'credited');
  expect(count()).toBe(3);
  await expect(page).toHaveURL(/\/me\/topup\?order=[0-9A-Z]{26}$/);
  const steps = page.getByTestId('order-timeline').locator('li');
  await expect(steps).toHaveCount(2);
  for (const step of ['paid', 'credited']) {
    const each = page.locator(`[data-step="${step}"]`);
    await expect(each).toHaveAttribute('data-state', 'done');
    await expect(each.locator('time')).toHaveText(/^21:04:07/);
  }
  await expect(page.getByTestId('order-no')).toContainText(/[0-9A-Z]{26}/);
  expect((await available(site)) - before).toBe(100_000_000n);
  await expect(page.getByTestId('order-sum').getByTestId('balance')).toHaveAttribute(
    'data-micro',
    (before + 100_000_000n).toString(),
  );
  await expectAccessible(page);
  await expectOneWayScroll(page);
});

test('a double tap is one order; whoever leaves midway finds it again, goes on with it, and is credited once', async ({
  context,
  page,
  site,
}) => {
  const [before, orders] = [await available(site), await ordersOf(site)];
  await open(page, site, '/me');
  await page.locator('[data-amount="20"]').click();
  await page.getByTestId('pay').dblclick({ delay: 5 });
  await expect(page.getByTestId('wallet-confirm')).toBeVisible();
  expect((await ordersOf(site)) - orders).toBe(1);
  await page.close();
  const again = await context.newPage();
  await again.setViewportSize(PHONE);
  await open(again, site, '/me');
  await again.getByTestId('order-under-way').click();
  await expect(again.getByTestId('order')).toHaveAttribute('data-state', 'created');
  await again.getByTestId('go-on-paying').click();
  await again.getByTestId('wallet-confirm').click();
  await expect(again.getByTestId('order')).toHaveAttribute('data-state', 'credited');
  await again.reload();
  await expect(again.getByTestId('order')).toHaveAttribute('data-state', 'credited');
  expect((await available(site)) - before).toBe(20_000_000n);
  expect((await ordersOf(site)) - orders).toBe(1);
});

test('what is paid and not credited says who has it, by when, and what to quote', async ({ page, site }) => {
  const earlier = await one<string[]>(
    site,
    `select coalesce(array_agg(order_no), '{}') as value from payment_order`,
  );
  await open(page, site, '/me');
  await page.locator('[data-amount="20"]').click();
  await page.getByTestId('pay').click();
  await expect(page.getByTestId('wallet-confirm')).toBeVisible();
  const order = await one<string>(
    site,
    `update payment_order set state = 'PAID', paid_ms = $1::bigint, provider_txn = 'T' || order_no
      where order_no <> all($2::text[]) returning order_no as value`,
    [site.nowMs - 20_000, earlier],
  );
  await open(page, site, '/me');
  await expect(page.getByTestId('order-under-way')).toContainText('paid and being credited');
  await page.getByTestId('order-under-way').click();
  await expect(page.getByTestId('order')).toHaveAttribute('data-state', 'paid');
  const help = page.getByTestId('order-help');
  await expect(help).toContainText('tried again by itself until 21:1');
  await expect(page.getByTestId('order-ticket')).toContainText(order);
  await expect(page.locator('[data-step="paid"]')).toHaveAttribute('data-state', 'done');
  await expect(page.locator('[data-step="credited"]')).toHaveAttribute('data-state', 'now');
  await site.database.pool.query('update payment_order set paid_ms = $2::bigint where order_no = $1', [
    order,
    site.nowMs - 3_600_000,
  ]);
  await expect(help).toContainText('Finance has it');
});

test('offline nothing is ordered, and the page says so in words', async ({ context, page, site }) => {
  test.setTimeout(120_000);
  await open(page, site, '/me');
  const before = await ordersOf(site);
  await context.setOffline(true);
  await expect(page.getByTestId('pay')).toBeDisabled({ timeout: 60_000 });
  await expect(page.getByTestId('pay-words')).toContainText('top-up is off until it is back');
  await context.setOffline(false);
  await expect(page.getByTestId('pay')).toBeEnabled({ timeout: 60_000 });
  expect(await ordersOf(site)).toBe(before);
});

test('any amount and method: what does not fit is said, how long the credit would last, and a lost notification heals by itself', async ({
  page,
  site,
}) => {
  site.sandbox.behave({ drop: 1 });
  const before = await available(site);
  await open(page, site, '/me');
  await page.getByTestId('other-amount').click();
  const amount = page.getByTestId('amount');
  await amount.fill('0.5');
  await expect(page.getByText('At least ¥1.00')).toBeVisible();
  await expect(page.getByTestId('pay')).toBeDisabled();
  await amount.fill('12,5');
  await expect(page.getByText('at most two decimals')).toBeVisible();
  await amount.fill('12.50');
  await expect(page.getByTestId('lasts')).toContainText(/lasts (about \d+ days|30\+ days)/);
  await page.locator('[data-channel="alipay"]').click();
  await expect(page.getByTestId('pay')).toHaveText(/Alipay ¥12\.50/);
  await page.getByTestId('pay').click();
  await page.getByTestId('wallet-confirm').click();
  // Nobody told of the payment: the order was asked about.
  await expect(page.getByTestId('order')).toHaveAttribute('data-state', 'credited');
  expect((await available(site)) - before).toBe(12_500_000n);
  // The wallet and the amount are remembered for the next time.
  await open(page, site, '/me');
  await expect(page.locator('[data-amount="12.50"] input')).toBeChecked();
  await expect(page.getByTestId('pay')).toHaveText(/Alipay ¥12\.50/);
});

/** Least space, in px, between the words of an amount's key and its edges. */
function leastMargin(page: Page): Promise<number> {
  return page.evaluate(() => {
    const margins = [...document.querySelectorAll('[data-amount] > b, [data-amount] > span')].map((words) => {
      const range = document.createRange();
      range.selectNodeContents(words);
      const [inner, outer] = [range.getBoundingClientRect(), words.parentElement!.getBoundingClientRect()];
      return Math.min(inner.left - outer.left, outer.right - inner.right);
    });
    return Math.min(...margins);
  });
}

test('a room that holds kWh: how long they last, what is left, and money that buys more of them tier by tier', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, UNIT_ROOM.user, { lang: 'en' });
  await open(page, site, '/me');
  await expect(page.getByTestId('time-left')).toBeVisible();
  await expect(page.getByTestId('balance')).toHaveAttribute('data-micro', '90000000');
  await expect(page.getByTestId('balance')).toHaveText(/^90\.0*\skWh$/);
  await expect(page.locator('[data-amount="20"]')).toContainText(/kWh/);
  await page.setViewportSize({ width: 360, height: 800 });
  expect(await leastMargin(page)).toBeGreaterThan(KEY_MARGIN_MIN_PX);
  await expectAccessible(page);
  await open(page, site, '/me/topup?new=1');
  // 90 kWh were bought this month: ten more at 0.50, then a hundred at 0.55.
  await page.getByTestId('amount').fill('60');
  const sale = page.getByTestId('sale');
  await expect(sale).toHaveAttribute('data-micro', '110000000');
  await expect(sale.locator('[data-tier="1"]')).toContainText(/10\S*\skWh at ¥0\.5000\/kWh/);
  await expect(sale.locator('[data-tier="2"]')).toContainText(/100\S*\skWh at ¥0\.5500\/kWh/);
  await expectAccessible(page);
  await expectOneWayScroll(page);
  await page.getByTestId('pay').click();
  await page.getByTestId('wallet-confirm').click();
  await expect(page.getByTestId('order')).toHaveAttribute('data-state', 'credited');
  await expect(page.getByTestId('order-units')).toHaveAttribute('data-quantity', /^110(\.0+)?$/);
  await expect(page.getByTestId('order-sum').getByTestId('balance')).toHaveAttribute(
    'data-micro',
    '200000000',
  );
});
