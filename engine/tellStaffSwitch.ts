import { insertNotice } from '../db/queries/notices';
import { type CommandRow, clearedFor } from '../db/queries/supply';
import { tripOfAlarm } from '../db/queries/trips';
import { isCut } from '../domain/supply/resend';
import { payerOf } from './creditFacts';
import type { SupplyDesk } from './supplyDesk';

/** What a person, or a program in their name, cuts for; a schedule and a rule tell of it in their own way. */
const CUT_BY_STAFF: ReadonlySet<string> = new Set(['MANUAL', 'SAFETY']);
const isStaff = (by: string | undefined): boolean => /^(user|key):/.test(by ?? '');

/**
 * Tells those who live there that staff has switched their supply off, or on again: once telemetry has proved it, under the number
 * of the incident that led to it where there was one. What a resident confirmed themselves is no news to them.
 */
export async function tellStaffSwitch(desk: SupplyDesk, command: CommandRow): Promise<void> {
  const point = desk.point(command.pointId);
  const payer = payerOf(point, desk.now);
  if (!payer) return;
  const { client } = desk.tx;
  const cut = isCut(command.op);
  if (!cut && (command.automatic || command.why === 'resident_confirmed' || !isStaff(command.actor))) return;
  const reasons = cut ? desk.row(command.pointId).reasons : await clearedFor(client, command.id);
  const held = cut ? reasons?.[command.cause] : reasons?.SAFETY;
  if (cut && (!CUT_BY_STAFF.has(command.cause) || !isStaff(held?.by))) return;
  const alarmId = held?.alarmId;
  const trip = alarmId === undefined ? null : await tripOfAlarm(client, alarmId);
  await insertNotice(client, {
    campusId: point.campusId,
    kind: cut ? 'SUPPLY_CUT' : 'SUPPLY_RESTORED',
    accountId: payer.accountId,
    departmentId: null,
    ...(alarmId === undefined ? {} : { alarmId }),
    atMs: desk.now,
    dedupeKey: `switched:${command.id}`,
    body: {
      account: payer.accountCode,
      point: point.pointCode,
      valve: point.utility !== 'ELECTRICITY',
      ...(alarmId === undefined || trip === null ? {} : { alarm: alarmId, rule: trip.rule }),
      ...(trip?.powerW == null ? {} : { power: trip.powerW }),
      ...(trip?.limitW == null ? {} : { limit: trip.limitW }),
    },
  });
}
