import type { Page } from '@playwright/test';
import { type Camera, LOOKS, type Look, SIZES, setLook } from './screenCamera';

const ASKED_BY = '林薇';
const SECOND_PERSON = '高磊';
/** Sixty rooms on any campus of the demo: three waves. */
const ROOMS = '7-1* 7-2* 7-3*';
const FLOOR = 'D7-4F';
/** A wave's worth is proven before the job is held, so that the matrix has something to tell apart. */
const PROVEN = 20;
const PROVEN_WITHIN_MS = 90_000;
const REST_MS = 2_500;

type SignIn = (page: Page, person: string) => Promise<void>;

/** Control as it stands, a dry run, a second person's decision, and a bulk job held in the middle; all is restored after. */
export async function takeControl(camera: Camera, signIn: SignIn): Promise<void> {
  const context = await camera.openContext(SIZES.desk, 'en', 'light');
  const page = await context.newPage();
  await signIn(page, ASKED_BY);
  const seconds = await camera.openContext(SIZES.desk, 'en', 'light');
  const second = await seconds.newPage();
  await signIn(second, SECOND_PERSON);
  for (const look of LOOKS) {
    await take(camera, page, look, 'control', '/control');
    await take(camera, page, look, 'control-dry-run', `/control/new?kind=SPACE&code=${FLOOR}`);
  }
  if (camera.wants('control-approval') || camera.wants('control-job')) {
    const cut = await ask(camera, page, { kind: 'ROOMS', code: ROOMS });
    for (const look of LOOKS) await take(camera, second, look, 'control-approval', cut);
    await approve(camera, second, cut);
    await page.goto(camera.url + cut);
    const proven = page.locator('[data-testid="cell"][data-cell="verified"]');
    await proven.nth(PROVEN - 1).waitFor({ timeout: PROVEN_WITHIN_MS });
    await page.getByTestId('pause').click();
    for (const look of LOOKS) await take(camera, page, look, 'control-job', cut);
    await page.getByTestId('stop').click();
    await page.locator('[data-testid="job"][data-state="stopped"]').waitFor();
    await approve(
      camera,
      second,
      await ask(camera, page, { kind: 'ROOMS', code: ROOMS, direction: 'RESTORE' }),
    );
  }
  await Promise.all([context.close(), seconds.close()]);
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

async function take(camera: Camera, page: Page, look: Look, name: string, path: string): Promise<void> {
  if (!camera.wants(name)) return;
  const [size, theme, lang] = look;
  await setLook(page.context(), camera.url, lang, theme);
  await page.setViewportSize(SIZES[size]);
  await page.goto(camera.url + path);
  await camera.finished(page, REST_MS);
  await camera.save(page, `${name}-${size}-${theme}-${lang.slice(0, 2)}`);
  process.stdout.write(`${name} ${size} ${theme} ${lang}\n`);
}
