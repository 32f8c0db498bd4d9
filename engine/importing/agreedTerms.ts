import type { ImportRow } from '../../contracts/importDocument';
import type { AccountRow } from '../../db/queries/accountSetup';
import type { PolicyRow } from '../../db/queries/policies';
import type { ImportRun, ParsedRow } from './importRun';
import type { PlanContext } from './planContext';
import { moneyApart } from './policyMoney';

type AccountImport = ParsedRow<ImportRow<'accounts'>>;

/**
 * What two people of finance agree with an account that stands no import changes: who imports has no say about money. A new
 * account is set up as the document says.
 */
export function keepAgreedTerms(
  run: ImportRun,
  row: AccountImport,
  before: AccountRow | undefined,
  after: AccountRow,
): void {
  if (!before) return;
  for (const [field, key] of [
    ['class', 'class'],
    ['graceDays', 'graceDays'],
    ['graceLimit', 'graceLimitMicro'],
    ['soldBy', 'soldBy'],
  ] as const)
    if (before[key] !== after[key] && row.value[field] !== undefined) agreed(run, row, `/${field}`, field);
}

/** Nor does an account that stands come under a policy that lends more, or takes arrears back otherwise, without finance. */
export function keepAgreedPolicy(
  context: PlanContext,
  row: AccountImport,
  policies: ReadonlyMap<string, PolicyRow>,
  before: AccountRow | undefined,
  after: AccountRow,
): void {
  if (context.finance || !before || before.policy === after.policy) return;
  const [from, to] = [before, after].map(({ policy }) => policies.get(policy)?.body);
  if (from && to && moneyApart(from, to).length > 0) agreed(context.run, row, '/policy', 'policy');
}

/** An account goes from one tariff to another by finance alone; its first one of a utility comes with the import. */
export function keepAgreedTariff(run: ImportRun, row: AccountImport, field: string, before: unknown): void {
  if (before !== undefined) agreed(run, row, field, 'tariff');
}

function agreed(run: ImportRun, row: AccountImport, field: string, what: string): void {
  const message = `${what}: of an account that stands, two people of finance agree it.`;
  run.fail(row, field, 'AGREED_BY_FINANCE', message);
}
