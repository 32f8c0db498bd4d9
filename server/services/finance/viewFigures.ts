import {
  type BuildingFloat,
  type ChannelSum,
  type DebtRow,
  floatByBuilding,
  listDebts,
  paymentsByChannel,
  spanFigures,
  type UnitHoldings,
  unitHoldings,
} from '../../../db/queries/financeFigures';
import { joinFewAccounts } from '../../../db/queries/maskedMoney';
import { campusZone } from '../../../domain/time/campusTime';
import { type Caller, mayWithin, requirePermission } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { seesMoneyOf } from './seesMoneyOf';

/** Channels that need nobody at a counter. */
const ONLINE = new Set(['wechat', 'alipay', 'stripe', 'card']);
const DAY_MS = 86_400_000;

/** Money held in advance, owed, collected and paid online, from the ledger as it stands. µ, ms UTC; shares in percent. */
export interface FinanceFigures {
  readonly nowMs: number;
  readonly monthMs: number;
  /** Unspent credit of all accounts, and what it changed by since local midnight. */
  readonly float: {
    readonly totalMicro: bigint;
    readonly changeMicro: bigint;
    readonly buildings: readonly BuildingFloat[];
  };
  /** What accounts in units hold and owe: never part of the money above and below. */
  readonly units: readonly UnitHoldings[];
  readonly arrears: {
    /** Accounts in money that owe, of all. */
    readonly accounts: number;
    readonly of: number;
    readonly percent: number;
    readonly uncollectedMicro: bigint;
    /** Mean age of the debts, each as heavy as it is; null: none. */
    readonly days: number | null;
    readonly rooms: readonly (DebtRow & { readonly days: number | null })[];
  };
  /** What was charged this month and how much of it is not still owed; null percent: nothing was charged. */
  readonly collection: {
    readonly percent: number | null;
    readonly chargedMicro: bigint;
    readonly owedMicro: bigint;
  };
  /** Payments of this month; null percent: there were none. */
  readonly online: {
    readonly percent: number | null;
    readonly amountMicro: bigint;
    readonly totalMicro: bigint;
    readonly count: number;
    readonly channels: readonly ChannelSum[];
  };
}

/** @throws DomainError `forbidden` */
export async function viewFigures(deps: ReadDeps, caller: Caller): Promise<FinanceFigures> {
  const { scope } = requirePermission(caller, 'VIEW_LEDGER');
  const nowMs = deps.engine.clock.now();
  const zone = campusZone(caller.campus.timeZone);
  const monthMs = zone.monthStart(nowMs);
  const endMs = zone.localMidnightAfter(nowMs);
  const byBuilding = await floatByBuilding(deps.reader, scope, zone.localDayStart(nowMs));
  const buildings = mayWithin(caller, 'VIEW_MONEY', scope) ? byBuilding : joinFewAccounts(byBuilding);
  const debts = await listDebts(deps.reader, scope, seesMoneyOf(caller, nowMs));
  const span = await spanFigures(deps.reader, scope, monthMs, endMs);
  const channels = await paymentsByChannel(deps.reader, scope, monthMs, endMs);
  const rooms = debts.map((debt) => ({
    ...debt,
    days: debt.sinceMs === null ? null : Math.max(0, (nowMs - debt.sinceMs) / DAY_MS),
  }));
  const uncollectedMicro = sum(rooms.map(({ owedMicro }) => owedMicro));
  const stillOwedMicro = least(uncollectedMicro, most(span.borrowedMicro, 0n));
  const totalMicro = sum(channels.map(({ amountMicro }) => amountMicro));
  const onlineMicro = sum(
    channels.filter(({ channel }) => ONLINE.has(channel)).map(({ amountMicro }) => amountMicro),
  );
  return {
    nowMs,
    monthMs,
    float: {
      totalMicro: sum(buildings.map(({ floatMicro }) => floatMicro)),
      changeMicro: sum(buildings.map(({ changeMicro }) => changeMicro)),
      buildings,
    },
    units: await unitHoldings(deps.reader, scope),
    arrears: {
      accounts: rooms.length,
      of: span.accounts,
      percent: span.accounts === 0 ? 0 : (100 * rooms.length) / span.accounts,
      uncollectedMicro,
      days: weightedDays(rooms),
      rooms,
    },
    collection: {
      percent: percentOf(span.chargedMicro - stillOwedMicro, span.chargedMicro),
      chargedMicro: span.chargedMicro,
      owedMicro: stillOwedMicro,
    },
    online: {
      percent: percentOf(onlineMicro, totalMicro),
      amountMicro: onlineMicro,
      totalMicro,
      count: channels.reduce((count, row) => count + row.count, 0),
      channels,
    },
  };
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Shown rounded: a ratio of exact sums as a float. */
function percentOf(part: bigint, whole: bigint): number | null {
  return whole <= 0n ? null : Number((part * 1_000_000n) / whole) / 10_000;
}

function weightedDays(rooms: readonly { owedMicro: bigint; days: number | null }[]): number | null {
  let weight = 0;
  let days = 0;
  for (const room of rooms) {
    if (room.days === null) continue;
    weight += Number(room.owedMicro);
    days += Number(room.owedMicro) * room.days;
  }
  return weight === 0 ? null : days / weight;
}
