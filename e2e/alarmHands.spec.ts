import type { Browser, BrowserContext } from '@playwright/test';
import { expectAccessible, expectOneWayScroll } from './fixtures/looks';
import { be, expect, open, test } from './fixtures/pages';
import { signalAlarm } from './fixtures/storedAlarms';

const FEEDER_OVERLOAD = { rule: 'FEEDER_OVERLOAD', at: 'D7-2', watts: [41_000, 32_000] } as const;

const phoneOf = (browser: Browser): Promise<BrowserContext> =>
  browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

test('on security’s phone a feeder’s P1 is given to somebody and noted, and another screen shows who has it', async ({
  browser,
  context,
  page,
  site,
}) => {
  const id = await signalAlarm(site, FEEDER_OVERLOAD);
  await be(context, site, 'linwei');
  await open(page, site, `/alarms/${id}`);
  const phone = await phoneOf(browser);
  await be(phone, site, 'zhouqiang');
  const hand = await phone.newPage();
  await open(hand, site, `/alarms/${id}`);
  await hand.getByTestId('assign').click();
  const assign = hand.getByTestId('assign-dialog');
  await assign.locator('label').filter({ hasText: '(me)' }).click();
  await assign.getByRole('button', { name: 'Assign to 周强' }).click();
  await expect(assign).toHaveCount(0);
  await hand.getByTestId('note').click();
  const note = hand.getByTestId('note-dialog');
  await note.getByRole('textbox').fill('at the plant room');
  await note.getByRole('button', { name: 'Save note' }).click();
  await expect(note).toHaveCount(0);
  await expect(hand.getByTestId('timeline').locator('[data-event="NOTE"]')).toContainText(
    'at the plant room',
  );
  await phone.close();

  // Giving it to somebody silences nothing.
  const row = page.locator(`[data-testid="alarm-row"][data-alarm="${id}"]`);
  await expect(row).toContainText('with 周强');
  await expect(row).toHaveAttribute('data-state', 'unacked');
  const timeline = page.getByTestId('timeline');
  await expect(timeline).toContainText('周强 assigned it to 周强');
  await expect(timeline).toContainText('周强: at the plant room');

  // The same by the keys of the list.
  for (const [key, dialog] of [
    ['g', 'assign-dialog'],
    ['n', 'note-dialog'],
  ] as const) {
    await row.focus();
    await page.keyboard.press(key);
    await expect(page.getByTestId(dialog)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId(dialog)).toHaveCount(0);
  }
});

for (const lang of ['zh-CN', 'en'] as const)
  test(`${lang}: assigning and noting are for a thumb, accessible, and scroll one way on a phone`, async ({
    browser,
    site,
  }) => {
    const id = await signalAlarm(site, FEEDER_OVERLOAD);
    const phone = await phoneOf(browser);
    await be(phone, site, 'zhouqiang', { lang });
    const hand = await phone.newPage();
    await open(hand, site, `/alarms/${id}`);
    for (const button of ['pane-ack', 'assign', 'note']) {
      const { width, height } = (await hand.getByTestId(button).boundingBox())!;
      expect(Math.min(width, height), button).toBeGreaterThanOrEqual(48);
    }
    await expectOneWayScroll(hand);
    await hand.getByTestId('assign').click();
    const person = hand.getByTestId('assign-dialog').locator('label').first();
    expect((await person.boundingBox())!.height).toBeGreaterThanOrEqual(48);
    await expectAccessible(hand);
    await phone.close();
  });
