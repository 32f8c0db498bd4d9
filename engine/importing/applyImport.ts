import { DB_CHANNELS } from '../../contracts/dbChannels';
import type { Database, Tx } from '../../db/client';
import {
  changeAccountTariffs,
  changePayers,
  judgeArrearsAnew,
  upsertAccounts,
} from '../../db/queries/accountSetup';
import { insertCampus, raiseConfigVersion, updateCampus } from '../../db/queries/campus';
import { systemPots } from '../../db/queries/ledger';
import {
  changeFeeders,
  insertInstalls,
  updateStartRegisters,
  upsertGateways,
  upsertMeters,
  upsertPoints,
} from '../../db/queries/meters';
import { notify } from '../../db/queries/notify';
import {
  changeOccupancies,
  changeRoles,
  insertUsers,
  updateUsers,
  upsertPersons,
} from '../../db/queries/people';
import { addPolicyVersions, addRuleSettings } from '../../db/queries/policies';
import { addQuotas, changeAssignments, upsertDepartments, upsertSpaces } from '../../db/queries/spaces';
import { upsertCalendars, upsertTariffs, upsertTariffVersions } from '../../db/queries/tariffs';
import {
  expenseAccount,
  PAYMENT_CHANNELS,
  pspAccount,
  revenueAccount,
  suspenseAccount,
} from '../../domain/credit/posting';
import type { EngineContext } from '../context';
import { bookLateOpenings, bookOpenings } from './bookOpenings';
import type { ImportPlan } from './planImport';

/** Pots that every campus has, so that reports can name them before the first movement. */
const SYSTEM_POTS = [
  ...PAYMENT_CHANNELS.map(pspAccount),
  ...PAYMENT_CHANNELS.map(suspenseAccount),
  ...(['electricity', 'water', 'gas', 'fee', 'rounding'] as const).map(revenueAccount),
  ...(['psp_fee', 'goodwill'] as const).map(expenseAccount),
].sort();

/** A sign-in without a password of its own; no password has this hash. */
const NO_PASSWORD = '!';

/**
 * Writes a plan, set by set, in the order in which rows refer to each other. The caller holds the campus's lock.
 * @param passwordHashes by sign-in name, for new users
 */
export async function applyImport(
  database: Database,
  tx: Tx,
  context: EngineContext,
  plan: ImportPlan,
  options: { nowMs: number; actor: string; passwordHashes: ReadonlyMap<string, string> },
): Promise<void> {
  const { client } = tx;
  const { nowMs, actor, passwordHashes } = options;
  const { campus, tariffs, policies, places, points, meters, departments, accounts, users, approver } = plan;
  const id = campus.id ?? (await insertCampus(client, campus.after, nowMs));
  // Before anything else is written: it works with the registry, which must not see what may yet be rolled back.
  if (campus.id !== null)
    await bookLateOpenings(database, tx, context, campus.id, accounts.lateOpenings, { actor, approver });
  if (campus.id !== null && campus.verdict === 'UPDATED') await updateCampus(client, { id, ...campus.after });

  await upsertCalendars(client, id, tariffs.writtenCalendars);
  await upsertTariffs(client, id, tariffs.writtenTariffs);
  await upsertTariffVersions(client, id, tariffs.writtenVersions, actor, nowMs);
  await addPolicyVersions(client, id, policies.written, actor, nowMs);
  await upsertSpaces(client, id, places.written);
  await upsertGateways(client, id, points.writtenGateways);
  await upsertPoints(client, id, points.writtenPoints);
  await changeFeeders(client, id, points.feeders);
  await upsertMeters(client, id, meters.written);
  await updateStartRegisters(client, id, meters.startRegisters);
  await insertInstalls(client, id, meters.installs);
  await upsertDepartments(client, id, departments.written);
  await changeAssignments(client, id, departments.ended, departments.opened);

  await upsertAccounts(client, id, campus.after.currency, accounts.written);
  await judgeArrearsAnew(
    client,
    id,
    accounts.written.map(({ code }) => code),
  );
  await systemPots(client, id, campus.after.currency, SYSTEM_POTS);
  await changePayers(client, id, accounts.endedPayers, accounts.openedPayers);
  await changeAccountTariffs(client, id, accounts.tariffs);
  await bookOpenings(tx, { id, currency: campus.after.currency }, accounts.openings, {
    nowMs,
    actor,
    approver,
  });

  await upsertPersons(client, id, plan.persons.written);
  await changeOccupancies(client, id, plan.occupancies.changed, plan.occupancies.added);
  const added = users.added.map(({ password: _, ...user }) => ({
    ...user,
    passwordHash: passwordHashes.get(user.code) ?? NO_PASSWORD,
  }));
  await insertUsers(client, id, added);
  await updateUsers(client, id, users.changed);
  await changeRoles(client, id, users.endedRoles, users.givenRoles, nowMs);
  await addQuotas(client, id, plan.quotas, actor, nowMs);
  await addRuleSettings(client, id, plan.rules, actor, nowMs);

  await raiseConfigVersion(client, id);
  notify(tx, DB_CHANNELS.configChanged, ['IMPORT']);
}
