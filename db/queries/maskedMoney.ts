import { createHmac, randomBytes } from 'node:crypto';
import { ROOMS_OF_A_SUM } from '../../domain/metering/roomsOfASum';
import type { BuildingFloat, DebtRow } from './financeFigures';
import type { LedgerLine } from './financeLedger';

/** A row of the ledger as it is stored, and whether its reader may see whose money it is. */
interface OfAnAccount {
  accountCode: string;
  spaceCode: string | null;
  told: boolean;
}

export interface StoredLine extends Omit<LedgerLine, 'accountCode' | 'key' | 'potKey'>, OfAnAccount {
  key: string;
  potId: number;
}

export interface StoredDebt extends Omit<DebtRow, 'accountCode'>, OfAnAccount {}

/** Pots are named anew at each start: a name that lasted could be learned, and numbers follow the order of rooms. */
const NAMES_OF_POTS = randomBytes(32);

/** Keys that name a payment or a transaction; all others name a meter, an account or a grant. */
const KEY_OF_PAYMENT = /^(topup|refund|chargeback|reverse|suspense):/;

/** The name of a pot, the same as long as the server runs. */
export const potKeyOf = (potId: number): string =>
  createHmac('sha256', NAMES_OF_POTS).update(String(potId)).digest('hex').slice(0, 12);

/**
 * A ledger entry as its reader may see it. Who doesn't see the money of rooms reads all that makes the books balance (kind, amount,
 * time, place in the chain of its pot, payment, reversal), and not what it is of: room, account, meter, charge. Which entries are of one
 * pot stays, under a name that says nothing.
 */
export function lineAsSeen({ told, potId, ...line }: StoredLine): LedgerLine {
  const potKey = potKeyOf(potId);
  if (told) return { ...line, potKey };
  const namesIt = (text: string) =>
    [line.accountCode, line.spaceCode].some((code) => code !== null && text.includes(code));
  return {
    ...line,
    potKey,
    accountCode: null,
    spaceCode: null,
    chargeId: null,
    key: KEY_OF_PAYMENT.test(line.key) && !namesIt(line.key) ? line.key : null,
    reference: line.reference !== null && namesIt(line.reference) ? null : line.reference,
  };
}

/** A debt as its reader may see it: how much and since when, and only where the reader sees the money of rooms whose it is. */
export function debtAsSeen({ told, ...debt }: StoredDebt): DebtRow {
  return told ? debt : { ...debt, accountCode: null, spaceCode: null };
}

/**
 * Buildings of so few accounts that their sum would tell what each holds, joined into one row without a place, with the smallest of the
 * others where they alone would still be too few. All sums together stay.
 */
export function joinFewAccounts(buildings: readonly BuildingFloat[]): BuildingFloat[] {
  const few: BuildingFloat[] = [];
  const many: BuildingFloat[] = [];
  let accounts = 0;
  for (const row of [...buildings].sort((left, right) => left.accounts - right.accounts)) {
    const join = row.accounts < ROOMS_OF_A_SUM || (few.length > 0 && accounts < ROOMS_OF_A_SUM);
    (join ? few : many).push(row);
    if (join) accounts += row.accounts;
  }
  if (few.length === 0) return [...buildings];
  const sum = (of: (row: BuildingFloat) => bigint) => few.reduce((total, row) => total + of(row), 0n);
  const joined: BuildingFloat = {
    ...{ buildingCode: null, name: null, nameEn: null, accounts },
    floatMicro: sum(({ floatMicro }) => floatMicro),
    changeMicro: sum(({ changeMicro }) => changeMicro),
  };
  return [...many, joined].sort((left, right) => Number(right.floatMicro - left.floatMicro));
}
