import type { Grants } from './financeTypes';

export type GrantState = 'DRAFT' | 'APPROVED' | 'REJECTED';

/** Money, units or a gift that finance gives to an account, in one form for one list. */
export interface GrantRow {
  readonly key: string;
  readonly kind: 'MONEY' | 'UNITS' | 'GIFT';
  /** What its decision names: a code, or the number of a gift. */
  readonly code: string;
  readonly giftId: number | null;
  readonly accountCode: string;
  readonly fundCode: string | null;
  /** µ-currency of MONEY and GIFT, µkWh or µm³ of UNITS. */
  readonly quantityMicro: bigint;
  readonly utility: Grants['units'][number]['utility'] | null;
  readonly monthly: boolean;
  readonly carryOver: boolean;
  readonly perHead: boolean;
  /** Null of a gift, which is booked when it is approved. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly expiresMs: number | null;
  readonly state: GrantState;
  readonly note: string;
  readonly draftedByName: string;
  readonly decidedByName: string | null;
  readonly isOwn: boolean;
}

/** All grants in one list: those to be decided first, each kind in the order in which it was listed. */
export function grantRows({
  subsidies,
  units,
  gifts,
}: Pick<Grants, 'subsidies' | 'units' | 'gifts'>): GrantRow[] {
  const rows: GrantRow[] = [
    ...subsidies.map(
      (row): GrantRow => ({
        ...row,
        key: `MONEY ${row.code}`,
        kind: 'MONEY',
        giftId: null,
        quantityMicro: row.amountMicro,
        utility: null,
        perHead: false,
        note: row.note ?? '',
      }),
    ),
    ...units.map(
      (row): GrantRow => ({
        ...row,
        key: `UNITS ${row.code}`,
        kind: 'UNITS',
        giftId: null,
        monthly: true,
        note: row.note ?? '',
      }),
    ),
    ...gifts.map(
      (row): GrantRow => ({
        ...row,
        key: `GIFT ${row.id}`,
        kind: 'GIFT',
        code: String(row.id),
        giftId: row.id,
        fundCode: null,
        quantityMicro: row.amountMicro,
        utility: null,
        monthly: false,
        carryOver: false,
        perHead: false,
        fromMs: null,
        toMs: null,
        expiresMs: null,
        note: row.reason,
      }),
    ),
  ];
  return [...rows.filter(({ state }) => state === 'DRAFT'), ...rows.filter(({ state }) => state !== 'DRAFT')];
}
