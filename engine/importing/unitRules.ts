import type { ImportRow } from '../../contracts/importDocument';
import type { AccountRow, AccountTariff, AccountUse } from '../../db/queries/accountSetup';
import type { PolicyRow } from '../../db/queries/policies';
import type { PolicyBody } from '../../db/queries/storedPolicy';
import type { TariffRow } from '../../db/queries/tariffs';
import { chargesUnits, sellsUnits, unitOf } from '../../domain/tariffs/unitSale';
import { kept, type ParsedRow } from './importRun';
import { type PlanContext, referred } from './planContext';
import type { PlannedPoint } from './planPoints';

type AccountImport = ParsedRow<ImportRow<'accounts'>>;

/**
 * What an account that holds units must be: of one utility, charged one unit for one, sold to by plain prices of that utility, and
 * under a policy that names no money.
 */
export class UnitRules {
  constructor(
    private readonly context: PlanContext,
    private readonly known: {
      readonly points: ReadonlyMap<string, PlannedPoint>;
      readonly tariffs: ReadonlyMap<string, TariffRow>;
      readonly policies: ReadonlyMap<string, PolicyRow>;
    },
  ) {}

  /** Unit and sale of an account; what it is kept in stands for good. */
  ofHead(row: AccountImport, before: AccountRow | undefined): Pick<AccountRow, 'unit' | 'soldBy'> {
    const { run } = this.context;
    const { value } = row;
    const unit = kept(value.unit, before?.unit, null);
    const soldBy = kept(value.soldBy, before?.soldBy, null);
    if (before && before.unit !== unit)
      run.fail(row, '/unit', 'UNIT_FIXED', `unit: the account is kept in ${before.unit ?? 'money'}.`);
    if (unit === null) {
      if (soldBy !== null)
        run.fail(row, '/soldBy', 'UNIT_MISSING', 'soldBy: only an account with a unit is sold units.');
      return { unit: null, soldBy: null };
    }
    if (soldBy === null) {
      run.fail(row, '/soldBy', 'SOLD_BY_MISSING', 'soldBy: say by which tariff its units are sold.');
      return { unit: null, soldBy: null };
    }
    const sale = referred(this.context, row, '/soldBy', 'tariffs', this.known.tariffs, soldBy);
    if (sale && unitOf(sale.utility) !== unit)
      run.fail(row, '/soldBy', 'UNIT_UTILITY', `soldBy: "${soldBy}" sells ${sale.utility}, not ${unit}.`);
    const sold = before?.soldBy == null ? undefined : this.known.tariffs.get(before.soldBy);
    if (sale && sold && sale.utility !== sold.utility)
      run.fail(row, '/soldBy', 'UNIT_UTILITY', `soldBy: the account holds units of ${sold.utility}.`);
    return { unit, soldBy };
  }

  refuseOpening(row: AccountImport): void {
    this.context.run.fail(
      row,
      '/openingBalance',
      'UNIT_OPENING',
      'openingBalance: an account with a unit begins empty; top it up, so that units are sold for the money.',
    );
  }

  /** Units of one utility pay for no other. */
  checkPoints(row: AccountImport, account: AccountRow): void {
    const sale = this.known.tariffs.get(account.soldBy ?? '');
    if (account.unit === null || !sale) return;
    row.value.points?.forEach((code, i) => {
      const utility = this.known.points.get(code)?.utility;
      if (utility !== undefined && utility !== sale.utility)
        this.context.run.fail(
          row,
          `/points/${i}`,
          'UNIT_UTILITY',
          `points: "${code}" delivers ${utility}; an account in ${account.unit} of ${sale.utility} pays for nothing else.`,
        );
    });
  }

  /**
   * The tariffs that accounts with a unit stand under charge one unit for one, those that sell to them have plain prices, and their
   * policies name no money: also after this document.
   */
  checkAll(
    accounts: ReadonlyMap<string, AccountRow>,
    uses: ReadonlyMap<string, AccountUse>,
    changed: readonly (AccountTariff & { account: string })[],
  ): void {
    const { run } = this.context;
    const accountRows = new Map(run.rows('accounts').map((row) => [row.code, row]));
    const tariffRows = new Map(run.rows('tariffs').map((row) => [row.code, row]));
    const policyRows = new Map(run.rows('policies').map((row) => [row.code, row]));
    for (const { code, unit, soldBy, policy } of accounts.values()) {
      if (unit === null) continue;
      const sale = this.known.tariffs.get(soldBy ?? '');
      if (sale && !sale.versions.every(({ body }) => sellsUnits(body))) {
        const said = `"${sale.code}" sells units to account "${code}": by prices above 0 alone, without surcharges.`;
        const row = accountRows.get(code);
        const tariffRow = tariffRows.get(sale.code);
        if (row) run.fail(row, '/soldBy', 'SALE_TARIFF', `soldBy: ${said}`);
        else if (tariffRow) run.fail(tariffRow, '/versions', 'SALE_TARIFF', `versions: ${said}`);
      }
      const money = moneyIn(this.known.policies.get(policy)?.body);
      if (money !== null) {
        const said = `account "${code}" holds units, and "${policy}" sets ${money} in money.`;
        const row = accountRows.get(code);
        const policyRow = policyRows.get(policy);
        if (row) run.fail(row, '/policy', 'UNIT_POLICY', `policy: ${said}`);
        else if (policyRow) run.fail(policyRow, `/${money}`, 'UNIT_POLICY', `${money}: ${said}`);
      }
      const own = [...(uses.get(code)?.tariffs ?? []), ...changed.filter(({ account }) => account === code)];
      for (const { tariff } of own) {
        if (this.known.tariffs.get(tariff)?.versions.every(({ body }) => chargesUnits(body)) ?? true)
          continue;
        const said = `"${tariff}" must charge account "${code}" one unit for one: one price of 1, nothing besides.`;
        const row = accountRows.get(code);
        const tariffRow = tariffRows.get(tariff);
        if (row) run.fail(row, '/tariff', 'UNIT_TARIFF', `tariff: ${said}`);
        else if (tariffRow) run.fail(tariffRow, '/versions', 'UNIT_TARIFF', `versions: ${said}`);
      }
    }
  }
}

/** The first field of a policy that is an amount of money; null: none is set. */
function moneyIn(body: PolicyBody | undefined): 'emergencyCredit' | 'earlyTripAt' | 'reconnectMin' | null {
  if (BigInt(body?.emergencyCreditMicro ?? 0) !== 0n) return 'emergencyCredit';
  if (body?.earlyTripAtMicro != null) return 'earlyTripAt';
  if (BigInt(body?.reconnectMinMicro ?? 0) !== 0n) return 'reconnectMin';
  return null;
}
