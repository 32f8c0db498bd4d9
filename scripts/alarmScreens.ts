import type { Page } from '@playwright/test';
import { connect } from 'mqtt';
import { type Camera, LOOKS, type SignIn, showFrom, takeShot } from './screenCamera';

const MANAGER = '林薇';
const SECURITY = '周强';
const CASHIER = '赵敏';

/** Pictures of one alarm. */
export const ALARM_NAMES = ['alarm-pane', 'alarm-verdict', 'alarm-held-charge'] as const;

/** The meter that nobody simulates, as the demo prints it; its charges are what is published for it. */
const OPEN_METER = 'E-TRY-1';
const SITE = 'lakeside';
const QUARTER_MS = 900_000;
/** More charges than a usual one is told from. */
const USUAL = 41;
/** The line on which its register runs, kWh a second since 2026, so that a later run goes on where this one ended. */
const KWH_PER_S = 0.001;
const LINE_FROM_MS = Date.UTC(2026, 0, 1);
/** What a meter of a room never uses in a quarter of an hour, kWh. */
const JUMP_KWH = 40;
const HELD_WITHIN_MS = 60_000;

/** What the demo prints, for a charge that is held. */
export interface AlarmControls {
  readonly mqtt: string | undefined;
  /** Password of the meter that nobody simulates. */
  readonly meterPassword: string | undefined;
}

/** An overload with its trace and acts, the verdict and the timeline below it, and a charge that waits for finance. */
export async function takeAlarms(camera: Camera, signIn: SignIn, controls: AlarmControls): Promise<void> {
  const as = async (person: string, look: (page: Page) => Promise<void>) => {
    const context = await camera.openContext({ width: 1440, height: 900 }, 'en', 'light');
    const page = await context.newPage();
    await signIn(page, person);
    await look(page);
    await context.close();
  };
  if (camera.wants('alarm-pane'))
    await as(SECURITY, async (page) => {
      const path = await pathOf(camera, page, 'OVERLOAD');
      for (const look of LOOKS) await takeShot(camera, page, look, 'alarm-pane', path);
    });
  if (camera.wants('alarm-verdict'))
    await as(MANAGER, async (page) => {
      const path = await pathOf(camera, page, 'OVERLOAD');
      await page.goto(camera.url + path);
      await camera.finished(page);
      const ack = page.getByTestId('pane-ack');
      if (await ack.isVisible()) await ack.click();
      for (const look of LOOKS)
        await takeShot(camera, page, look, 'alarm-verdict', path, () =>
          showFrom(page.getByTestId('alarm-verdict')),
        );
    });
  const { mqtt, meterPassword } = controls;
  if (camera.wants('alarm-held-charge') && mqtt && meterPassword)
    await as(CASHIER, async (page) => {
      await page.goto(`${camera.url}/alarms`);
      await camera.finished(page);
      const held = page.locator('[data-testid="alarm-row"][data-rule="BALANCE_ANOMALY"]');
      if ((await held.count()) === 0) await publishJump(mqtt, meterPassword);
      const path = await pathOf(camera, page, 'BALANCE_ANOMALY');
      for (const look of LOOKS) await takeShot(camera, page, look, 'alarm-held-charge', path);
    });
}

/** Address of the first alarm of a rule, once it is raised. */
async function pathOf(camera: Camera, page: Page, rule: string): Promise<string> {
  await page.goto(`${camera.url}/alarms`);
  const row = page.locator(`[data-testid="alarm-row"][data-rule="${rule}"]`).first();
  await row.waitFor({ timeout: HELD_WITHIN_MS });
  return `/alarms/${await row.getAttribute('data-alarm')}`;
}

/** Ten hours of even use, and then a quarter of an hour that is far beyond it. */
async function publishJump(mqtt: string, password: string): Promise<void> {
  const client = connect(mqtt, {
    clientId: OPEN_METER,
    username: OPEN_METER,
    password,
    reconnectPeriod: 0,
  });
  const now = Date.now();
  for (let quarter = USUAL; quarter >= 0; quarter--) {
    const ts = now - quarter * QUARTER_MS;
    const kwh = ((ts - LINE_FROM_MS) / 1_000) * KWH_PER_S + (quarter === 0 ? JUMP_KWH : 0);
    const reading = { v: 1, id: OPEN_METER, ts, ea: kwh.toFixed(3), p: 3_600, u: 229.4, relay: 1 };
    await client.publishAsync(`em/v1/${SITE}/m/${OPEN_METER}/up/data`, JSON.stringify(reading), { qos: 1 });
  }
  await client.endAsync();
}
