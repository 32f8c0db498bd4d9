import type { Page } from '@playwright/test';
import { hashSync } from 'bcryptjs';
import { expectAccessible, expectOneWayScroll } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';

/** Money that takes two people: each screen refuses one of them in words, and takes both. */

const PASSWORD = 'two people consent';
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };
/** What one cashier may credit alone in a day, in parts of the most that goes to one account. */
const PARTS = 40;
const PART_MICRO = 500_000_000;

const WORDS = {
  'zh-CN': {
    account: '每日超过 500.00 须第二人同意',
    day: '一人每日在柜台和银行流水入账合计超过 20,000.00，须第二人同意',
    wrong: '第二人的用户名或密码不对',
    mayNot: '第二人的角色不能同意此操作：须由财务人员同意',
    rows: [
      '需要第二人同意：同一账户每日超过 500.00',
      '需要第二人同意：一人每日入账合计超过 20,000.00',
      '待查',
    ],
    finance: '须另一名财务人员同意',
    credit: '记入账户',
    vend: '充值',
    create: '新建密钥',
  },
  en: {
    account: 'Above 500.00 a day a second person must consent',
    day: 'Above 20,000.00 a day on one person’s word, at the desk and by bank lists, a second person must consent',
    wrong: 'The second name or password is wrong',
    mayNot: 'The second person’s role may not consent to this: it takes somebody of finance',
    rows: [
      'Needs a second person: above 500.00 a day to one account',
      'Needs a second person: above 20,000.00 a day on one person’s word',
      'In suspense',
    ],
    finance: 'A second person of finance must consent',
    credit: 'Credit to the account',
    vend: 'Top up',
    create: 'Make key',
  },
} as const;

test.beforeEach(async ({ site }) => {
  await site.database.pool.query(
    "update app_user set password_hash = $1 where code in ('linwei', 'guoning', 'qianfeng')",
    [hashSync(PASSWORD, 4)],
  );
});

/** Names who consents, on the form that asks for it. */
async function consent(page: Page, name: string, password = PASSWORD): Promise<void> {
  const fields = page.getByTestId('second-person').getByRole('textbox');
  await fields.first().fill(name);
  await page.getByTestId('second-person').locator('input[type=password]').fill(password);
}

/** As if the cashier had taken all that one may alone today; taken back afterwards, for the campus is others' as well. */
async function withFullDay(site: Site, act: () => Promise<void>): Promise<void> {
  const { pool } = site.database;
  await pool.query(
    `insert into payment (id, campus_id, account_id, channel, reference, amount_micro, tx_id, actor, accepted_at, command_ids)
     select 'FULL-DAY-' || n, campus_id, id, 'counter', 'FULL-DAY-' || n, $1, -n, 'user:zhaomin', $2, '{}'
       from account, generate_series(1, $3) n where code = 'A-7-416' and campus_id = $4`,
    [PART_MICRO, new Date(site.nowMs), PARTS, site.campusId],
  );
  try {
    await act();
  } finally {
    await pool.query("delete from payment where reference like 'FULL-DAY-%'");
  }
}

/** Not every pair: a second person's wrong answers are counted by address, and four looks would make too many. */
const PAIRS = [
  ['zh-CN', 'light'],
  ['en', 'dark'],
] as const;

for (const [turn, [lang, theme]] of PAIRS.entries()) {
  const words = WORDS[lang];
  const view = turn % 2 === 0 ? DESK : PHONE;

  test(`the cash desk says which limit it is, whom it needs, and takes both: ${lang}, ${theme}`, async ({
    context,
    page,
    site,
  }) => {
    await be(context, site, 'zhaomin', { lang, theme });
    await page.setViewportSize(view);
    const take = async (room: string, amount: string, reference: string) => {
      await open(page, site, `/rooms/${room}`);
      const desk = page.getByTestId('cash-desk');
      await desk.locator('input[inputmode=decimal]').fill(amount);
      await desk.getByRole('textbox').nth(1).fill(reference);
      await page.getByTestId('top-up').click();
    };
    const refusal = page.getByTestId('top-up-refusal');
    await take('7-411', '500.01', `TWO-${turn}-1`);
    await expect(refusal).toHaveText(words.account);
    await consent(page, 'qianfeng', 'guessed wrongly');
    await page.getByTestId('top-up').click();
    await expect(refusal).toHaveText(words.wrong);
    await consent(page, 'linwei');
    await page.getByTestId('top-up').click();
    await expect(refusal).toHaveText(words.mayNot);
    await consent(page, 'qianfeng');
    await page.getByTestId('top-up').click();
    await expect(page.getByTestId('payment-steps')).toContainText('¥500.01');
    await expect(page.getByTestId('second-person')).toHaveCount(0);
    await withFullDay(site, async () => {
      await take('7-412', '20.00', `TWO-${turn}-2`);
      await expect(refusal).toHaveText(words.day);
      await expectAccessible(page);
      await expectOneWayScroll(page);
      await consent(page, 'qianfeng');
      await page.getByTestId('top-up').click();
      await expect(page.getByTestId('payment-steps')).toContainText('¥20.00');
    });
  });

  test(`a bank list says by row whom it waits for, and what it left in suspense takes two as well: ${lang}, ${theme}`, async ({
    context,
    page,
    site,
  }) => {
    await be(context, site, 'zhaomin', { lang, theme });
    await page.setViewportSize(view);
    const csv = [
      'reference,amount,account',
      `BIG-${turn},600.00,A-7-413`,
      `DAY-${turn},30.00,A-7-414`,
      `LOST-${turn},600.00,A-NOBODY`,
    ].join('\n');
    const rows = page.getByTestId('sheet-row');
    const verdicts = () =>
      rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-verdict') ?? ''));
    await withFullDay(site, async () => {
      await open(page, site, '/finance/payments');
      await page
        .getByTestId('sheet-file')
        .setInputFiles({ name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
      await page.getByTestId('read-sheet').click();
      await expect(rows).toHaveCount(3);
      for (const [at, said] of words.rows.entries()) await expect(rows.nth(at)).toContainText(said);
      await expect(page.getByTestId('second-person')).toContainText(words.account);
      await expectAccessible(page);
      await expectOneWayScroll(page);
      const panel = page.getByTestId('bank-sheet');
      await consent(page, 'linwei');
      await page.getByTestId('read-sheet').click();
      await expect(panel).toContainText(words.mayNot);
      await consent(page, 'qianfeng');
      await page.getByTestId('read-sheet').click();
      await expect.poll(verdicts).toEqual(['credited', 'credited', 'already']);
      await expect(page.getByTestId('second-person')).toHaveCount(0);
    });
    const item = page.locator(`[data-testid="suspense-row"][data-reference="LOST-${turn}"]`);
    await item.getByTestId('resolve').click();
    const dialog = page.getByTestId('suspense-dialog');
    await dialog.getByTestId('suspense-account').fill('A-7-415');
    await dialog.getByTestId('suspense-note').fill('The payer called.');
    await expect(dialog.getByTestId('second-person')).toContainText(words.account);
    const credit = dialog.getByRole('button', { name: words.credit });
    await expect(credit).toBeDisabled();
    await consent(page, 'linwei');
    await credit.click();
    await expect(dialog).toContainText(words.mayNot);
    await expectAccessible(page);
    await consent(page, 'qianfeng');
    await credit.click();
    await expect(item).toHaveCount(0);
  });

  test(`a key that credits payments is made beside finance, and by no administrator alone: ${lang}, ${theme}`, async ({
    context,
    page,
    site,
  }) => {
    await be(context, site, 'guoning', { lang, theme });
    await page.setViewportSize(view);
    await open(page, site, '/admin/keys');
    const form = page.getByTestId('key-form');
    await form.getByRole('textbox').first().fill(`Card ${turn}`);
    await form.getByRole('checkbox', { name: words.vend }).first().check();
    await expect(page.getByTestId('second-person')).toContainText(words.finance);
    const make = form.getByRole('button', { name: words.create });
    await expect(make).toBeDisabled();
    await consent(page, 'guoning');
    await make.click();
    await expect(form.getByRole('alert')).toHaveText(words.mayNot);
    await expectAccessible(page);
    await expectOneWayScroll(page);
    await consent(page, 'qianfeng');
    await make.click();
    await expect(page.getByTestId('new-key')).toContainText('wkk_');
    await expect(page.getByTestId('second-person')).toHaveCount(0);
  });
}
