import { actorNames } from '../../../db/queries/actorNames';
import { type GiftRow, listGifts } from '../../../db/queries/gifts';
import {
  type FreeUnitsRow,
  type FundNotice,
  type FundStanding,
  listFreeUnits,
  listFundNotices,
  listFundStandings,
} from '../../../db/queries/grantViews';
import { actorsOfPerson } from '../../../db/queries/samePerson';
import { listMoneySubsidies, type MoneySubsidyRow } from '../../../db/queries/subsidies';
import { type Caller, requireCampusWide, requirePermission } from '../../auth/caller';
import { requireAccount } from '../accounts/requireAccount';
import type { ReadDeps } from '../deps';

const LISTED = 200;
const NOTICES = 20;

/** Who stands behind a grant, and whether the caller wrote it: another must approve it then. */
interface Drafted {
  readonly draftedByName: string;
  readonly decidedByName: string | null;
  readonly isOwn: boolean;
}

export interface Grants {
  readonly funds: readonly FundStanding[];
  /** What finance was told of funds, newest first. */
  readonly notices: readonly FundNotice[];
  readonly subsidies: readonly (MoneySubsidyRow & Drafted)[];
  readonly units: readonly (FreeUnitsRow & Drafted)[];
  readonly gifts: readonly (GiftRow & Drafted)[];
}

/** What two people of finance give together; of one account or of all. @throws DomainError `forbidden` */
export async function viewGrants(
  deps: ReadDeps,
  caller: Caller,
  { account }: { readonly account: string | null },
): Promise<Grants> {
  const { scope } = (account === null ? requireCampusWide : requirePermission)(caller, 'DRAFT_SUBSIDY');
  if (account !== null) await requireAccount(deps, scope, account);
  const { reader } = deps;
  const { campusId } = scope;
  const subsidies = await listMoneySubsidies(reader, campusId, account, LISTED);
  const units = await listFreeUnits(reader, campusId, account, LISTED);
  const gifts = await listGifts(reader, campusId, account, LISTED);
  const names = await actorNames(
    reader,
    [
      ...[...subsidies, ...units].flatMap((row) => [row.draftedBy, row.approvedBy]),
      ...gifts.flatMap((row) => [row.draftedBy, row.decidedBy]),
    ].filter((actor) => actor !== null),
  );
  const own = await actorsOfPerson(reader, caller.actor);
  const drafted = (draftedBy: string, decidedBy: string | null): Drafted => ({
    draftedByName: names.get(draftedBy) ?? draftedBy,
    decidedByName: decidedBy && (names.get(decidedBy) ?? decidedBy),
    isOwn: own.has(draftedBy),
  });
  return {
    funds: await listFundStandings(reader, campusId),
    notices: await listFundNotices(reader, campusId, NOTICES),
    subsidies: subsidies.map((row) => ({ ...row, ...drafted(row.draftedBy, row.approvedBy) })),
    units: units.map((row) => ({ ...row, ...drafted(row.draftedBy, row.approvedBy) })),
    gifts: gifts.map((row) => ({ ...row, ...drafted(row.draftedBy, row.decidedBy) })),
  };
}
