import { type FoundAccount, searchAccounts } from '../../../db/queries/accountSearch';
import { type TariffSpan, tariffSpansOf } from '../../../db/queries/accountTariffs';
import { findAccountView } from '../../../db/queries/accountViews';
import { findCreditTerms } from '../../../db/queries/creditViews';
import { listGrantFunds } from '../../../db/queries/grantViews';
import { type FreeAllowance, findFreeAllowance } from '../../../db/queries/myRoom';
import type { ScopeFilter } from '../../../db/queries/scope';
import { listTariffs } from '../../../db/queries/tariffDrafts';
import { DomainError } from '../../../domain/errors';
import { UTILITIES, type Utility } from '../../../domain/metering/reading';
import { campusZone } from '../../../domain/time/campusTime';
import { type Caller, requirePermission, roleMissing } from '../../auth/caller';
import { readAccountStanding, type Standing } from '../credit/readStanding';
import type { ReadDeps } from '../deps';

const FOUND = 50;

/** Residents see their own money elsewhere: these pages are for who may see that of others. */
function othersMoney(caller: Caller): ScopeFilter {
  const { scope, grant } = requirePermission(caller, 'VIEW_MONEY');
  if (grant !== 'FULL') throw roleMissing('VIEW_MONEY');
  return scope;
}

/** Accounts by what somebody typed; those in arrears for an empty text. @throws DomainError `forbidden` */
export async function findAccounts(deps: ReadDeps, caller: Caller, text: string): Promise<FoundAccount[]> {
  return searchAccounts(deps.reader, othersMoney(caller), text, FOUND);
}

export interface AccountPage {
  readonly account: {
    readonly code: string;
    readonly name: string | null;
    readonly kind: 'ROOM' | 'PERSON' | 'DEPT' | 'PUBLIC';
    readonly status: 'ACTIVE' | 'CLOSED';
    readonly spaceCode: string | null;
  };
  readonly standing: Standing;
  /** As they were agreed; what follows from them stands in `standing`. */
  readonly terms: {
    readonly class: 'PREPAID' | 'SPECIAL' | 'POSTPAID';
    readonly graceDays: number | null;
    readonly graceLimitMicro: bigint | null;
    readonly recovery: { readonly percent: number; readonly instalmentMicro: bigint } | null;
  };
  /** Fund behind each subsidy of `standing`, by its grant. */
  readonly funds: Readonly<Record<string, string>>;
  /** This month's free units, by utility. */
  readonly free: readonly (FreeAllowance & { readonly utility: Utility })[];
  /** Tariffs of the account that hold now or later, in order of their start. */
  readonly tariffs: readonly TariffSpan[];
  /** What it may be put under. */
  readonly offers: readonly {
    readonly code: string;
    readonly name: string;
    readonly nameEn: string | null;
    readonly utility: Utility;
  }[];
  readonly nowMs: number;
}

/** One account as finance sees it. @throws DomainError `forbidden`; `notFound` `ACCOUNT` */
export async function viewAccount(deps: ReadDeps, caller: Caller, code: string): Promise<AccountPage> {
  const scope = othersMoney(caller);
  const { reader } = deps;
  const nowMs = deps.engine.clock.now();
  const view = await findAccountView(reader, scope, code);
  const row = view && (await findCreditTerms(reader, view.id));
  const standing = view && (await readAccountStanding(deps, caller, scope, code));
  if (!view || !row || !standing)
    throw new DomainError('notFound', 'ACCOUNT', `There is no account ${code}.`);
  const monthMs = campusZone(caller.campus.timeZone).monthStart(nowMs);
  const free: (FreeAllowance & { utility: Utility })[] = [];
  for (const utility of UTILITIES) {
    const allowance = await findFreeAllowance(reader, view.id, utility, monthMs, new Date(nowMs));
    if (allowance) free.push({ ...allowance, utility });
  }
  const { recoveryPercent, instalmentMicro } = row;
  return {
    account: {
      code: view.code,
      name: view.name,
      kind: view.kind,
      status: view.status,
      spaceCode: view.spaceCode,
    },
    standing,
    terms: {
      class: row.class,
      graceDays: row.graceDays,
      graceLimitMicro: row.graceLimitMicro,
      recovery:
        recoveryPercent === null || instalmentMicro === null
          ? null
          : { percent: recoveryPercent, instalmentMicro },
    },
    funds: Object.fromEntries(await listGrantFunds(reader, view.id)),
    free,
    tariffs: await tariffSpansOf(reader, view.id, nowMs),
    offers: (await listTariffs(reader, scope)).map(({ code: tariff, name, nameEn, utility }) => ({
      code: tariff,
      name,
      nameEn,
      utility,
    })),
    nowMs,
  };
}
