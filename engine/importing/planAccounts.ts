import type { ImportRow } from '../../contracts/importDocument';
import type { AccountRow, AccountTariff, AccountUse } from '../../db/queries/accountSetup';
import type { PolicyRow } from '../../db/queries/policies';
import type { SpaceRow } from '../../db/queries/spaces';
import type { TariffRow } from '../../db/queries/tariffs';
import type { Utility } from '../../domain/metering/reading';
import { keepAgreedPolicy, keepAgreedTariff, keepAgreedTerms } from './agreedTerms';
import type { Opening } from './bookOpenings';
import { kept, namesOf, type ParsedRow, sameFacts } from './importRun';
import { microOf, type PlanContext, referred, sinceMs } from './planContext';
import type { PlannedPoint } from './planPoints';
import { DEFAULT_POLICY_CODE } from './planPolicies';
import { UnitRules } from './unitRules';

export interface AccountsPlan {
  readonly accounts: ReadonlyMap<string, AccountRow>;
  readonly written: readonly AccountRow[];
  readonly endedPayers: readonly { account: string; point: string; toMs: number }[];
  readonly openedPayers: readonly { account: string; point: string; fromMs: number }[];
  readonly tariffs: readonly (AccountTariff & { account: string })[];
  /** Of accounts that the import makes, and of those that stand already. */
  readonly openings: readonly Opening[];
  readonly lateOpenings: readonly Opening[];
}

interface Known {
  readonly spaces: ReadonlyMap<string, SpaceRow>;
  readonly departments: ReadonlyMap<string, unknown>;
  readonly points: ReadonlyMap<string, PlannedPoint>;
  readonly tariffs: ReadonlyMap<string, TariffRow>;
  readonly policies: ReadonlyMap<string, PolicyRow>;
}

/** Accounts, the points they pay for and their tariffs. Changed links begin where nothing is rated yet. */
export function planAccounts(
  context: PlanContext,
  stored: readonly (AccountRow & AccountUse)[],
  known: Known,
): AccountsPlan {
  return new AccountsPlanner(context, stored, known).plan();
}

class AccountsPlanner {
  private readonly accounts: Map<string, AccountRow>;
  private readonly uses: Map<string, AccountRow & AccountUse>;
  private readonly written: AccountRow[] = [];
  private readonly ended: { account: string; point: string; toMs: number }[] = [];
  private readonly opened: { account: string; point: string; fromMs: number }[] = [];
  private readonly endedAt = new Map<string, number>();
  private readonly tariffs: AccountsPlan['tariffs'][number][] = [];
  private readonly openings: Opening[] = [];
  private readonly lateOpenings: Opening[] = [];
  private readonly units: UnitRules;
  /** Who pays for a point after the import, as far as decided. */
  private readonly payers = new Map<string, string>();

  constructor(
    private readonly context: PlanContext,
    stored: readonly (AccountRow & AccountUse)[],
    private readonly known: Known,
  ) {
    this.uses = new Map(stored.map((row) => [row.code, row]));
    this.accounts = new Map(stored.map((row) => [row.code, headOf(row)]));
    for (const row of stored) for (const { point } of row.points) this.payers.set(point, row.code);
    this.units = new UnitRules(context, known);
  }

  plan(): AccountsPlan {
    const rows = this.context.run.rows('accounts');
    for (const row of rows) this.planHead(row);
    for (const row of rows) this.endPayers(row);
    for (const row of rows) this.openPayers(row);
    for (const row of rows) this.planTariffs(row);
    for (const row of rows) this.units.checkPoints(row, this.accounts.get(row.code)!);
    this.units.checkAll(this.accounts, this.uses, this.tariffs);
    return {
      accounts: this.accounts,
      written: this.written,
      endedPayers: this.ended,
      openedPayers: this.opened,
      tariffs: this.tariffs,
      openings: this.openings,
      lateOpenings: this.lateOpenings,
    };
  }

  private planHead(row: ParsedRow<ImportRow<'accounts'>>): void {
    const { context, known } = this;
    const { run } = context;
    const { value } = row;
    const before = this.accounts.get(value.code);
    const use = this.uses.get(value.code);
    const after: AccountRow = {
      code: value.code,
      name: value.name == null ? kept(value.name, before?.name, null) : namesOf(value.name).name,
      kind: value.kind,
      space: kept(value.space, before?.space, null),
      department: kept(value.department, before?.department, null),
      policy: value.policy ?? before?.policy ?? DEFAULT_POLICY_CODE,
      ...this.termsOf(row, before),
      ...this.units.ofHead(row, before),
    };
    if (after.space !== null) referred(context, row, '/space', 'spaces', known.spaces, after.space);
    if (after.department !== null)
      referred(context, row, '/department', 'departments', known.departments, after.department);
    referred(context, row, '/policy', 'policies', known.policies, after.policy);
    keepAgreedTerms(run, row, before, after);
    keepAgreedPolicy(context, row, known.policies, before, after);
    if (use?.closed) run.fail(row, '/code', 'ACCOUNT_CLOSED', 'code: the account is closed.');
    this.accounts.set(after.code, after);
    if (!before || !sameFacts(before, after)) {
      run.settle(row, before ? 'UPDATED' : 'CREATED');
      this.written.push(after);
    }
    if (value.openingBalance === undefined) return;
    if (after.unit !== null) {
      this.units.refuseOpening(row);
      return;
    }
    const amountMicro = microOf(value.openingBalance);
    const booked = use?.openingMicro ?? null;
    if (booked !== null && booked !== amountMicro)
      run.fail(
        row,
        '/openingBalance',
        'OPENING_FIXED',
        'openingBalance: another amount is booked; use a top-up or refund.',
      );
    if (booked !== null || amountMicro === 0n) return;
    if (!context.finance)
      run.fail(
        row,
        '/openingBalance',
        'OPENING_BY_FINANCE',
        'openingBalance: finance credits money: import with a key that may credit payments, or leave it to the cash desk.',
      );
    (before ? this.lateOpenings : this.openings).push({ account: after.code, amountMicro });
    if (before) run.settle(row, 'UPDATED');
  }

  /** Its class, and the rope that a special account has. */
  private termsOf(
    row: ParsedRow<ImportRow<'accounts'>>,
    before: AccountRow | undefined,
  ): Pick<AccountRow, 'class' | 'graceDays' | 'graceLimitMicro'> {
    const { value } = row;
    const kind = value.class ?? before?.class ?? 'PREPAID';
    if (kind !== 'SPECIAL') {
      for (const field of ['graceDays', 'graceLimit'] as const)
        if (value[field] != null)
          this.context.run.fail(
            row,
            `/${field}`,
            'GRACE_OF_SPECIAL',
            `${field}: only an account of class SPECIAL has a grace.`,
          );
      return { class: kind, graceDays: null, graceLimitMicro: null };
    }
    return {
      class: kind,
      graceDays: kept(value.graceDays, before?.graceDays, null),
      graceLimitMicro:
        value.graceLimit == null
          ? kept(value.graceLimit, before?.graceLimitMicro, null)
          : microOf(value.graceLimit),
    };
  }

  private endPayers(row: ParsedRow<ImportRow<'accounts'>>): void {
    const { points, since } = row.value;
    if (!points) return;
    const wanted = new Set(points);
    for (const { point, fromMs } of this.uses.get(row.code)?.points ?? []) {
      if (wanted.has(point)) continue;
      const toMs = sinceMs(this.context, since);
      if (toMs <= fromMs) this.backdated(row, `"${point}" was taken on later than this`);
      this.checkRated(row, point, toMs);
      this.payers.delete(point);
      this.endedAt.set(point, toMs);
      this.ended.push({ account: row.code, point, toMs });
      this.context.run.settle(row, 'UPDATED');
    }
  }

  private openPayers(row: ParsedRow<ImportRow<'accounts'>>): void {
    const { run } = this.context;
    const fromMs = sinceMs(this.context, row.value.since);
    const seen = new Set<string>();
    row.value.points?.forEach((code, i) => {
      const field = `/points/${i}`;
      if (seen.has(code)) {
        run.fail(row, field, 'DUPLICATE_CODE', `points: "${code}" is named twice.`);
        return;
      }
      seen.add(code);
      const point = referred(this.context, row, field, 'meterPoints', this.known.points, code);
      const payer = this.payers.get(code);
      if (payer === row.code) return;
      if (payer !== undefined) {
        run.fail(row, field, 'POINT_PAID', `points: account "${payer}" pays for "${code}".`);
        return;
      }
      this.payers.set(code, row.code);
      const freeFromMs = Math.max(this.endedAt.get(code) ?? 0, point?.use.paidUntilMs ?? 0);
      if (fromMs < freeFromMs) this.backdated(row, `"${code}" is paid for by another account until later`);
      this.checkRated(row, code, fromMs);
      this.opened.push({ account: row.code, point: code, fromMs });
      if (this.uses.has(row.code)) run.settle(row, 'UPDATED');
    });
  }

  /** The tariff of each utility that the account's points deliver. */
  private planTariffs(row: ParsedRow<ImportRow<'accounts'>>): void {
    const { context, known } = this;
    const { run } = context;
    const use = this.uses.get(row.code);
    const now = new Map((use?.tariffs ?? []).map((link) => [link.utility, link]));
    const given = row.value.tariff === undefined ? [] : [row.value.tariff].flat();
    const wanted = new Map<Utility, string>();
    let judged = true;
    given.forEach((code, i) => {
      const field = typeof row.value.tariff === 'string' ? '/tariff' : `/tariff/${i}`;
      const tariff = referred(context, row, field, 'tariffs', known.tariffs, code);
      if (!tariff) {
        judged = false;
        return;
      }
      const other = wanted.get(tariff.utility);
      if (other !== undefined)
        run.fail(
          row,
          field,
          'TWO_TARIFFS',
          `tariff: "${other}" and "${code}" are both for ${tariff.utility}.`,
        );
      wanted.set(tariff.utility, code);
      if (now.get(tariff.utility)?.tariff !== code) this.changeTariff(row, field, tariff);
    });
    if (!judged) return;
    const covered = new Set<Utility>([...wanted.keys(), ...now.keys()]);
    for (const code of row.value.points ?? []) {
      const utility = known.points.get(code)?.utility;
      if (utility === undefined || covered.has(utility)) continue;
      covered.add(utility);
      run.fail(
        row,
        '/tariff',
        'TARIFF_MISSING',
        `tariff: "${code}" delivers ${utility}, for which the account has no tariff.`,
      );
    }
  }

  private changeTariff(row: ParsedRow<ImportRow<'accounts'>>, field: string, tariff: TariffRow): void {
    const { run } = this.context;
    const use = this.uses.get(row.code);
    const before = use?.tariffs.find((link) => link.utility === tariff.utility);
    keepAgreedTariff(run, row, field, before);
    const fromMs = sinceMs(this.context, row.value.since);
    const [first] = tariff.versions;
    if (first && first.validFromMs > fromMs)
      run.fail(
        row,
        field,
        'TARIFF_STARTS_LATER',
        `tariff: "${tariff.code}" begins at ${new Date(first.validFromMs).toISOString()}, after the account's use of it.`,
      );
    if (before && fromMs <= before.fromMs)
      this.backdated(row, `tariff "${before.tariff}" began later than this`);
    const ratedMs = use?.ratedUptoMs.get(tariff.utility);
    if (ratedMs !== undefined && fromMs < ratedMs)
      this.backdated(row, `${tariff.utility} is rated up to ${new Date(ratedMs).toISOString()}`);
    this.tariffs.push({ account: row.code, utility: tariff.utility, tariff: tariff.code, fromMs });
    if (use) run.settle(row, 'UPDATED');
  }

  /** Use that ingestion has settled keeps its payer. */
  private checkRated(row: ParsedRow<ImportRow<'accounts'>>, point: string, atMs: number): void {
    const ratedMs = this.known.points.get(point)?.use.ratedUptoMs ?? null;
    if (ratedMs !== null && atMs < ratedMs)
      this.backdated(row, `"${point}" was read up to ${new Date(ratedMs).toISOString()}`);
  }

  private backdated(row: ParsedRow<unknown>, said: string): void {
    this.context.run.fail(row, '/since', 'BACKDATED', `since: ${said}; choose a later time.`);
  }
}

function headOf(row: AccountRow): AccountRow {
  const { code, name, kind, space, department, policy, graceDays, graceLimitMicro, unit, soldBy } = row;
  const terms = { class: row.class, graceDays, graceLimitMicro };
  return { code, name, kind, space, department, policy, ...terms, unit, soldBy };
}
