import { listSchemes, type Scheme } from '../../../db/queries/accountTariffs';
import { actorNames } from '../../../db/queries/actorNames';
import { actorsOfPerson } from '../../../db/queries/samePerson';
import {
  accountsUnder,
  draftsOf,
  listTariffs,
  lockedMonths,
  type TariffDraft,
  type TariffView,
  type VersionView,
  versionsOf,
} from '../../../db/queries/tariffDrafts';
import { type Caller, requirePermission } from '../../auth/caller';
import type { ReadDeps } from '../deps';

const SCHEMES = 50;

export interface TariffPageData {
  readonly tariffs: readonly TariffView[];
  /** The one that is shown in full; null: the campus has none. */
  readonly shown: {
    readonly tariffId: number;
    readonly versions: readonly (VersionView & { readonly byName: string })[];
    readonly drafts: readonly (TariffDraft & {
      readonly byName: string;
      readonly decidedByName: string | null;
      readonly isOwn: boolean;
    })[];
    readonly samples: readonly string[];
    /** Accounts that were put under it by a person. */
    readonly schemes: readonly Scheme[];
  } | null;
  readonly lockedMonths: readonly string[];
  readonly nowMs: number;
  readonly currency: string;
  readonly mayDraft: boolean;
  readonly mayLock: boolean;
}

/** Tariffs of the campus, one of them with all its versions and drafts. @throws DomainError `forbidden` */
export async function viewTariffs(
  deps: ReadDeps,
  caller: Caller,
  input: { readonly tariff?: string },
): Promise<TariffPageData> {
  const { scope } = requirePermission(caller, 'VIEW_TARIFFS');
  const { reader } = deps;
  const tariffs = await listTariffs(reader, scope);
  const most = [...tariffs].sort((a, b) => b.accounts - a.accounts)[0];
  const chosen = tariffs.find((one) => one.code === input.tariff) ?? most;
  const versions = chosen ? await versionsOf(reader, chosen.id) : [];
  const drafts = chosen ? await draftsOf(reader, chosen.id) : [];
  const actors = [
    ...versions.map((version) => version.createdBy),
    ...drafts.flatMap((draft) => [draft.draftedBy, draft.decidedBy ?? '']),
  ];
  const names = await actorNames(reader, actors);
  const nameOf = (actor: string) => names.get(actor) ?? actor;
  const own = await actorsOfPerson(reader, caller.actor);
  return {
    tariffs,
    shown: chosen
      ? {
          tariffId: chosen.id,
          versions: versions.map((version) => ({ ...version, byName: nameOf(version.createdBy) })),
          drafts: drafts.map((draft) => ({
            ...draft,
            byName: nameOf(draft.draftedBy),
            decidedByName: draft.decidedBy && nameOf(draft.decidedBy),
            isOwn: own.has(draft.draftedBy),
          })),
          samples: await accountsUnder(reader, scope, chosen.id),
          schemes: await listSchemes(reader, scope, chosen.id, SCHEMES),
        }
      : null,
    lockedMonths: await lockedMonths(reader, scope),
    nowMs: deps.engine.clock.now(),
    currency: caller.campus.currency,
    mayDraft: caller.permission('DRAFT_TARIFF') !== null,
    mayLock: caller.permission('APPROVE_TARIFF') !== null,
  };
}
