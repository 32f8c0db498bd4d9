import { type Camera, LOOKS, type SignIn, takeShot } from './screenCamera';

const MANAGER = '林薇';
const PLACE = '7-412';

/** Pictures of `/admin/rules`. */
export const RULE_NAMES = ['admin-rules', 'admin-rules-rule', 'admin-rules-proposal'] as const;

/** All rules, one of them, and a proposal with what the last 30 days would have had; it is not sent. */
export async function takeRules(camera: Camera, signIn: SignIn): Promise<void> {
  const context = await camera.openContext({ width: 1440, height: 900 }, 'en', 'light');
  const page = await context.newPage();
  await signIn(page, MANAGER);
  for (const look of LOOKS) {
    await takeShot(camera, page, look, 'admin-rules', '/admin/rules');
    await takeShot(camera, page, look, 'admin-rules-rule', '/admin/rules?rule=FORBIDDEN_LOAD');
    await takeShot(camera, page, look, 'admin-rules-proposal', '/admin/rules?rule=OVERLOAD', async () => {
      await page.getByTestId('propose-rule').click();
      const dialog = page.getByTestId('propose-rule-dialog');
      await dialog.locator('input[role="combobox"]').fill(PLACE);
      await dialog.getByRole('listbox').getByRole('option', { name: PLACE }).first().click();
      await dialog.getByRole('textbox').first().fill('1200');
      await dialog.getByTestId('preview-rule').click();
      await dialog.getByTestId('rule-preview').waitFor();
      await dialog.locator('[data-testid="preview-rule"]:enabled').waitFor();
    });
  }
  await context.close();
}
