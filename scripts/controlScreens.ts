import type { Page } from '@playwright/test';
import { type Camera, LOOKS, SIZES, type SignIn, setLook, showFrom, takeShot } from './screenCamera';

const ASKED_BY = '林薇';
const SECOND_PERSON = '高磊';
/** Sixty rooms on any campus of the demo: three waves. */
const ROOMS = '7-1* 7-2* 7-3*';
const FLOOR = 'D7-4F';
/** A wave's worth is proven before the job is held, so that the matrix has something to tell apart. */
const PROVEN = 20;
const PROVEN_WITHIN_MS = 90_000;

/** Schedules of the list: what they switch, and on which days besides workdays. The first is approved, the second paused. */
const SCHEDULES = [
  { name: '四层夜间 Nights of 4F', kind: 'SPACE', codes: FLOOR, days: [] },
  { name: '六层周末 Weekends of 6F', kind: 'ROOMS', codes: '7-6*', days: ['WEEKEND', 'HOLIDAY'] },
  { name: '二层夜间 Nights of 2F', kind: 'ROOMS', codes: '7-2*', days: ['HOLIDAY'] },
] as const;
/** The policy of the rooms that the demo cuts at any hour, and what is tried for them. */
const POLICY = 'NO-QUIET-HOURS';
const TRIED_WINDOW = '22:00-08:00';
const TRIED_DAYS = '6,7';

/** Pictures of `/control` and the pages below it. */
export const CONTROL_NAMES = [
  'control',
  'control-dry-run',
  'control-approval',
  'control-job',
  'control-schedules',
  'control-schedule-new',
  'control-policy',
] as const;

/** Control as it stands, a dry run, a second person's decision, and a bulk job held in the middle; all is restored after. */
export async function takeControl(camera: Camera, signIn: SignIn): Promise<void> {
  const context = await camera.openContext(SIZES.desk, 'en', 'light');
  const page = await context.newPage();
  await signIn(page, ASKED_BY);
  const seconds = await camera.openContext(SIZES.desk, 'en', 'light');
  const second = await seconds.newPage();
  await signIn(second, SECOND_PERSON);
  for (const look of LOOKS) {
    await takeShot(camera, page, look, 'control', '/control');
    await takeShot(camera, page, look, 'control-dry-run', `/control/new?kind=SPACE&code=${FLOOR}`);
  }
  if (camera.wants('control-approval') || camera.wants('control-job')) {
    const cut = await ask(camera, page, { kind: 'ROOMS', code: ROOMS });
    for (const look of LOOKS) await takeShot(camera, second, look, 'control-approval', cut);
    await approve(camera, second, cut);
    await page.goto(camera.url + cut);
    const proven = page.locator('[data-testid="cell"][data-cell="verified"]');
    await proven.nth(PROVEN - 1).waitFor({ timeout: PROVEN_WITHIN_MS });
    await page.getByTestId('pause').click();
    for (const look of LOOKS) await takeShot(camera, page, look, 'control-job', cut);
    await page.getByTestId('stop').click();
    await page.locator('[data-testid="job"][data-state="stopped"]').waitFor();
    await approve(
      camera,
      second,
      await ask(camera, page, { kind: 'ROOMS', code: ROOMS, direction: 'RESTORE' }),
    );
  }
  if (camera.wants('control-schedule-new'))
    for (const look of LOOKS)
      await takeShot(camera, page, look, 'control-schedule-new', '/control/schedules/new', async () => {
        await runScheduleDry(page, SCHEDULES[0]);
        if (look[0] === 'phone') await showFrom(page.getByTestId('schedule-window'));
      });
  if (camera.wants('control-schedules')) await takeSchedules(camera, page, second);
  for (const look of LOOKS)
    await takeShot(camera, page, look, 'control-policy', '/control/policy', async () => {
      await page.getByTestId('draft-policy').selectOption(POLICY);
      await page.getByTestId('draft-windows').fill(TRIED_WINDOW);
      await page.getByTestId('draft-days').fill(TRIED_DAYS);
      await page.getByTestId('replay').click();
      await page.getByTestId('replay-result').waitFor();
      if (look[0] === 'phone') await showFrom(page.getByTestId('replay-result'));
    });
  await Promise.all([context.close(), seconds.close()]);
}

type Schedule = (typeof SCHEDULES)[number];

/** Chooses where and when on the form of a schedule, and runs it dry. */
async function runScheduleDry(page: Page, { kind, codes, days }: Schedule): Promise<void> {
  const form = page.getByTestId('schedule-form');
  await form.locator('select').first().selectOption(kind);
  await form.locator('input, textarea').first().fill(codes);
  const boxes = form.getByRole('checkbox');
  if (days.some((day) => day === 'WEEKEND')) await boxes.nth(1).check();
  if (days.some((day) => day === 'HOLIDAY')) await boxes.nth(2).check();
  await page.getByTestId('dry-run').click();
  await page.getByTestId('preview-counts').waitFor();
}

/** The list with a schedule in force, one that rests and one that waits for a second person; ended after, so that nothing goes off. */
async function takeSchedules(camera: Camera, page: Page, second: Page): Promise<void> {
  await setLook(page.context(), camera.url, 'en', 'light');
  for (const schedule of SCHEDULES) {
    await page.goto(`${camera.url}/control/schedules/new`);
    await runScheduleDry(page, schedule);
    await page.getByLabel('Name', { exact: true }).fill(schedule.name);
    await page.getByLabel('Reason', { exact: true }).fill('Nobody is there 无人使用');
    await page.getByTestId('ask-schedule').click();
    await rowOf(page, schedule).waitFor();
  }
  await second.goto(`${camera.url}/control`);
  for (const schedule of SCHEDULES.slice(0, 2)) {
    await rowOf(second, schedule).getByTestId('schedule-approve').click();
    await rowOf(second, schedule).and(second.locator('[data-state="active"]')).waitFor();
  }
  await rowOf(second, SCHEDULES[1]).getByTestId('schedule-pause').click();
  await rowOf(second, SCHEDULES[1]).and(second.locator('[data-state="paused"]')).waitFor();
  for (const look of LOOKS)
    await takeShot(camera, second, look, 'control-schedules', '/control', () =>
      showFrom(second.getByTestId('schedules')),
    );
  for (const schedule of SCHEDULES.slice(0, 2))
    await rowOf(second, schedule).getByTestId('schedule-end').click();
  await page.goto(`${camera.url}/control`);
  await rowOf(page, SCHEDULES[2]).getByTestId('schedule-withdraw').click();
}

/** A schedule of the list that has not ended. */
function rowOf(page: Page, { name }: Schedule) {
  return page
    .getByTestId('schedule')
    .filter({ hasText: name })
    .and(page.locator('[data-state="active"], [data-state="paused"], [data-state="pending_approval"]'));
}

/** Asks for what a dry run shows, with its number typed where that is wanted. @returns path of the job */
async function ask(camera: Camera, page: Page, choice: Record<string, string>): Promise<string> {
  await setLook(page.context(), camera.url, 'en', 'light');
  await page.goto(`${camera.url}/control/new?${new URLSearchParams(choice)}`);
  const eligible = await page.getByTestId('preview-counts').getAttribute('data-eligible');
  await page.getByLabel('Reason').fill('Riser 7-B is replaced');
  const count = page.getByLabel('Type the number of eligible points');
  if (await count.isVisible()) await count.fill(eligible ?? '');
  await page.getByTestId('ask').click();
  await page.getByTestId('job').waitFor();
  return new URL(page.url()).pathname;
}

async function approve(camera: Camera, page: Page, job: string): Promise<void> {
  await page.goto(camera.url + job);
  await page.getByTestId('approve').click();
  await page.getByTestId('approve').waitFor({ state: 'hidden' });
}
