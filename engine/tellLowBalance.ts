import type pg from 'pg';
import type { LockedAccount } from '../db/queries/accountLocks';
import { insertNotice } from '../db/queries/notices';
import {
  highestLevelMicro,
  LOW_BALANCE_LEVELS,
  type LowBalanceInput,
  type LowBalanceLevel,
  lowBalanceStep,
  unitBalanceLevels,
} from '../domain/supply/lowBalanceLevels';
import type { AccountUnit } from '../domain/tariffs/unitSale';
import { textFromMicro } from '../domain/units';
import { policyOf, type Registry } from './registry';

/** Whether credit decides about this account's supply at all: not the campus's own, nor one that pays afterwards. */
export const creditDecides = (row: Pick<LockedAccount, 'kind' | 'status' | 'class'>): boolean =>
  row.kind !== 'PUBLIC' && row.status !== 'CLOSED' && row.class !== 'POSTPAID';

/** The levels that an account is told: by money, or by the units that its policy names, and by time left. */
function levelsOf(registry: Registry, row: LockedAccount): readonly LowBalanceLevel[] {
  if (registry.accounts.get(row.id)?.unit == null) return LOW_BALANCE_LEVELS;
  return unitBalanceLevels(policyOf(registry, row).unitLevelsMicro);
}

/** Whether what is left may cross a level, or end one that was told: false, without looking further, far above all of them. */
export function mayTellLowBalance(registry: Registry, row: LockedAccount, availableMicro: bigint): boolean {
  return row.toldLevels.length > 0 || availableMicro <= highestLevelMicro(levelsOf(registry, row));
}

/**
 * Tells the lowest level that was newly crossed, by money or by time left, once in a descent, and arms again what lies 20 %
 * behind. The account's row is locked and moves along; a level's notice counts as the final one before a cut.
 * @returns whether the row changed and must be stored
 */
export async function tellLowBalance(
  client: pg.ClientBase,
  registry: Registry,
  row: LockedAccount,
  input: LowBalanceInput,
  now: number,
): Promise<boolean> {
  const step = lowBalanceStep(row.toldLevels, input, levelsOf(registry, row));
  if (step.told.length === row.toldLevels.length && step.notice === null) return false;
  row.toldLevels = [...step.told];
  if (step.told.length === 0) row.finalNoticeMs = null;
  if (step.notice === null) return true;
  row.finalNoticeMs = now;
  await insertNotice(client, {
    campusId: row.campusId,
    kind: 'LOW_BALANCE',
    accountId: row.id,
    departmentId: null,
    atMs: now,
    dedupeKey: `low:${row.id}:${step.notice}:${now}`,
    body: {
      account: row.code,
      level: step.notice,
      available: textFromMicro(input.availableMicro),
      ...unitOfNotice(registry, row),
    },
  });
  return true;
}

/** Names the unit in a notice to an account that holds one. */
export function unitOfNotice(registry: Registry, row: LockedAccount): { readonly unit?: AccountUnit } {
  const unit = registry.accounts.get(row.id)?.unit;
  return unit == null ? {} : { unit };
}
