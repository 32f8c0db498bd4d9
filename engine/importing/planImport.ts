import type pg from 'pg';
import { accountsOf } from '../../db/queries/accountSetup';
import { campusByCode, campusById, isCampusEmpty } from '../../db/queries/campus';
import {
  type ForeignMeterRow,
  foreignMetersFitted,
  gatewaysOf,
  lockForeignTopics,
  type MeterRow,
  metersOf,
  pointsOf,
} from '../../db/queries/meters';
import {
  foreignSignIns,
  occupanciesOf,
  personsOf,
  userAccountsOf,
  wasEverHeld,
} from '../../db/queries/people';
import { currentPolicies, currentRuleSettings, type RuleSettingRow } from '../../db/queries/policies';
import {
  currentQuotas,
  departmentsOf,
  openAssignments,
  type QuotaRow,
  spacesOf,
} from '../../db/queries/spaces';
import { calendarsOf, tariffsOf } from '../../db/queries/tariffs';
import { DomainError } from '../../domain/errors';
import { consentOf, type ImportRights } from './importRights';
import type { ImportRun } from './importRun';
import { limitOpenings } from './openingLimits';
import { type AccountsPlan, planAccounts } from './planAccounts';
import { type CampusPlan, planCampus } from './planCampus';
import type { PlanContext } from './planContext';
import { type DepartmentsPlan, planDepartments } from './planDepartments';
import { type MetersPlan, planMeters } from './planMeters';
import {
  type OccupanciesPlan,
  type PersonsPlan,
  planOccupancies,
  planPersons,
  planUsers,
  type UsersPlan,
} from './planPeople';
import { type PlacesPlan, planPlaces } from './planPlaces';
import { type PointsPlan, planPoints } from './planPoints';
import { type PoliciesPlan, planPolicies, planRules } from './planPolicies';
import { planQuotas } from './planQuotas';
import { planTariffs, type TariffsPlan } from './planTariffs';

/** All that an import will write, by section; valid only if the run has no error. */
export interface ImportPlan {
  readonly campus: CampusPlan;
  readonly tariffs: TariffsPlan;
  readonly policies: PoliciesPlan;
  readonly places: PlacesPlan;
  readonly points: PointsPlan;
  readonly meters: MetersPlan;
  readonly departments: DepartmentsPlan;
  readonly accounts: AccountsPlan;
  readonly persons: PersonsPlan;
  readonly occupancies: OccupanciesPlan;
  readonly users: UsersPlan;
  readonly quotas: readonly QuotaRow[];
  readonly rules: readonly RuleSettingRow[];
  /** Who consented to the money that comes in; null: nobody. */
  readonly approver: string | null;
}

/**
 * Compares a document with what is stored and gives every row its verdict; writes nothing.
 * @param options.lock holds the campus's configuration still until the transaction ends
 * @param options.actor who imports
 * @returns null where the campus itself can't be made out
 */
export async function planImport(
  client: pg.ClientBase,
  run: ImportRun,
  options: {
    nowMs: number;
    campusId: number | null;
    lock: boolean;
    actor: string;
    rights: ImportRights | null;
  },
): Promise<ImportPlan | null> {
  const { nowMs, rights, actor, lock } = options;
  const campus = await readCampus(client, run, options);
  if (!campus || !run.campus) return null;
  run.settle(run.campus, campus.verdict);
  // An id that no campus has: every list of a campus that is yet to be made is empty.
  const id = campus.id ?? 0;
  const signIns = await userAccountsOf(client, id, nowMs);
  const consent = consentOf(rights, signIns, await wasEverHeld(client, id, 'FINANCE'));
  const finance = consent.money || rights?.finance === true;
  const context: PlanContext = { run, zone: campus.zone, nowMs, finance };
  const tariffs = planTariffs(context, {
    calendars: await calendarsOf(client, id),
    tariffs: await tariffsOf(client, id),
  });
  const policies = planPolicies(context, await currentPolicies(client, id), tariffs.calendars);
  const places = planPlaces(context, await spacesOf(client, id));
  const points = planPoints(
    context,
    { gateways: await gatewaysOf(client, id), points: await pointsOf(client, id) },
    places.spaces,
  );
  const storedMeters = await metersOf(client, id);
  const meters = planMeters(context, storedMeters, points.points, points.gateways, {
    campusId: id,
    fitted: await topicHolders(client, run, storedMeters, lock),
  });
  const departments = planDepartments(
    context,
    { departments: await departmentsOf(client, id), assignments: await openAssignments(client, id) },
    places.spaces,
    points.points,
  );
  const known = { spaces: places.spaces, departments: departments.departments };
  const accounts = planAccounts(context, await accountsOf(client, id), {
    ...known,
    points: points.points,
    tariffs: tariffs.tariffs,
    policies: policies.policies,
  });
  if (!consent.money && finance)
    await limitOpenings(client, context, accounts, {
      ...{ campusId: id, actor, lock },
      secondMayNot: consent.secondMayNot,
    });
  const persons = planPersons(context, await personsOf(client, id));
  const occupied = [...new Set(run.rows('occupancies').map((row) => row.value.account))];
  const occupancies = planOccupancies(context, await occupanciesOf(client, id, occupied), {
    accounts: accounts.accounts,
    spaces: places.spaces,
    persons: persons.persons,
  });
  const users = planUsers(context, signIns, {
    ...known,
    campusCode: campus.after.code,
    persons: persons.persons,
    taken: await foreignSignIns(
      client,
      campus.id,
      run.rows('users').map((row) => row.code),
    ),
    rights,
    consent,
  });
  const scopes = { ...known, campusCode: campus.after.code };
  const quotas = planQuotas(context, await currentQuotas(client, id), scopes);
  const rules = planRules(context, await currentRuleSettings(client, id), places.spaces);
  return {
    campus,
    tariffs,
    policies,
    places,
    points,
    meters,
    departments,
    accounts,
    persons,
    occupancies,
    users,
    quotas,
    rules,
    approver: consent.money ? consent.approver : null,
  };
}

/** Everybody whose topics count, where the document is about meters that have some. */
async function topicHolders(
  client: pg.ClientBase,
  run: ImportRun,
  stored: readonly MeterRow[],
  lock: boolean,
): Promise<ForeignMeterRow[]> {
  const profiles = new Map(stored.map(({ code, profile }) => [code, profile]));
  const isForeign = run
    .rows('meters')
    .some(({ code, value }) => (value.profile ?? profiles.get(code) ?? 'native') !== 'native');
  if (!isForeign) return [];
  if (lock) await lockForeignTopics(client);
  return foreignMetersFitted(client);
}

async function readCampus(
  client: pg.ClientBase,
  run: ImportRun,
  options: { campusId: number | null; lock: boolean },
): Promise<CampusPlan | null> {
  const code = run.campus?.value.code;
  if (code === undefined) return null;
  let named = await campusByCode(client, code);
  const id = options.campusId ?? named?.id ?? null;
  if (id === null) return planCampus(run, { own: null, named: null, ownEmpty: true });
  const own = await campusById(client, id, options.lock);
  if (!own) throw new DomainError('notFound', 'UNKNOWN_CAMPUS', 'There is no such campus.');
  // Another import may have renamed it while this one waited for the lock.
  if (options.lock) named = await campusByCode(client, code);
  return planCampus(run, {
    own: options.campusId === null ? null : own,
    named,
    ownEmpty: await isCampusEmpty(client, id),
  });
}
