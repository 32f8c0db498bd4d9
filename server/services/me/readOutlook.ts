import { findAccountView } from '../../../db/queries/accountViews';
import { accruedQuantity, findFreeAllowance } from '../../../db/queries/myRoom';
import { listAccountHours } from '../../../db/queries/myUse';
import { findRoom, findRoomAccountCode, seenSince } from '../../../db/queries/rooms';
import { accountTariffBook, saleTariffBook } from '../../../db/queries/tariffBooks';
import { unitSalesOf } from '../../../db/queries/unitSales';
import { DomainError } from '../../../domain/errors';
import type { Utility } from '../../../domain/metering/reading';
import { unitsSoldBy } from '../../../domain/payments/unitRefund';
import type { TariffBook } from '../../../domain/tariffs/tariffBook';
import { type ForecastLoad, hourOfWeekMedians, timeLeft } from '../../../domain/tariffs/timeLeft';
import { sellsUnits, sellUnits, type UnitSale } from '../../../domain/tariffs/unitSale';
import { leftInTier } from '../../../domain/tariffs/unitsFor';
import { type CampusZone, campusZone } from '../../../domain/time/campusTime';
import type { Caller } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import type { OwnRoom } from './ownRoom';

const DAY_MS = 86_400_000;
const WEEKS = 3;

/** A load with what it is of: free units of a utility are taken by the first of its points. */
interface OwnLoad extends ForecastLoad {
  readonly utility: Utility;
}

/** How far credit reaches. Quantities in µkWh. */
export interface MyOutlook {
  readonly asOfMs: number;
  /**
   * Where the account stands in the tiers of the running period: by its use, or by what it bought where it holds units. Null for a
   * single price and in the last tier.
   */
  readonly tier: {
    readonly number: number;
    readonly leftMicro: bigint;
    readonly priceMicro: bigint;
    readonly nextPriceMicro: bigint;
  } | null;
  /** By each amount asked: until when credit would last, in hours; null while learning, the horizon's 720 and more as 720. */
  readonly lasts: readonly {
    readonly amountMicro: bigint;
    readonly hours: number | null;
    /** Units that it buys for an account that holds them, tier by tier; null: money is credited, or nothing sells them now. */
    readonly sale: Pick<UnitSale, 'quantityMicro' | 'parts'> | null;
  }[];
}

/**
 * Where the account stands in the tiers, and how long its credit lasts after a top-up of each of `amountsMicro`: the same walk over the same
 * forecast as the time left itself. @throws DomainError `notFound`
 */
export async function readOutlook(
  deps: ReadDeps,
  caller: Caller,
  own: OwnRoom,
  amountsMicro: readonly bigint[],
): Promise<MyOutlook> {
  const { reader } = deps;
  const nowMs = deps.engine.clock.now();
  const at = new Date(nowMs);
  const room = await findRoom(reader, own.scope, own.code);
  const code = room && (await findRoomAccountCode(reader, room.id, at));
  const account = code && (await findAccountView(reader, own.scope, code));
  if (!room || !account) throw new DomainError('notFound', 'ACCOUNT', `Room ${own.code} has no account.`);
  const zone = campusZone(caller.campus.timeZone);
  const sinceMs = (await seenSince(reader, own.scope, room.id)) ?? 0;
  const fromMs = Math.max(nowMs - WEEKS * 7 * DAY_MS, sinceMs);
  const hours = await listAccountHours(reader, account.id, { fromMs, toMs: nowMs }, at);
  const monthMs = zone.monthStart(nowMs);
  const loads: OwnLoad[] = [];
  let electric: OwnLoad | null = null;
  const utilities = new Map(hours.map((hour) => [hour.pointCode, hour.utility]));
  if (utilities.size === 0) utilities.set('', 'ELECTRICITY');
  for (const [pointCode, utility] of utilities) {
    const samples = hours
      .filter((hour) => hour.pointCode === pointCode)
      .map(({ hourMs, quantityMicro }) => ({ hourStartMs: hourMs, quantityMicro }));
    const load = await loadOf(deps, own, { ...account, zone, nowMs }, utility, samples);
    if (!load) continue;
    const free = loads.some((each) => each.utility === utility)
      ? null
      : await findFreeAllowance(reader, account.id, utility, monthMs, at);
    load.freeMicro = free?.leftMicro ?? 0n;
    if (utility === 'ELECTRICITY') electric ??= load;
    loads.push(load);
  }
  const selling = account.unit === null ? null : await sellingTo(deps, own, account, zone, nowMs);
  const firstMs = hours[0]?.hourMs ?? nowMs;
  // What was learned in the time before still counts as learned: only its figures are not shown.
  const dataDays = Math.max((nowMs - firstMs) / DAY_MS, account.timeLeft?.learnedDays ?? 0);
  return {
    asOfMs: nowMs,
    tier: selling ? tierAt(selling.book, selling.soldMicro, nowMs) : electric && tierOf(electric, nowMs),
    lasts: amountsMicro.map((amountMicro) => {
      const sale = selling && saleOf(selling, nowMs, amountMicro);
      if (account.unit !== null && !sale) return { amountMicro, hours: null, sale: null };
      const addedMicro = sale ? sale.quantityMicro : amountMicro;
      const left = timeLeft({ nowMs, availableMicro: account.balanceMicro + addedMicro, loads, dataDays });
      const learning = left.kind === 'LEARNING' || hours.length === 0;
      return { amountMicro, hours: learning ? null : left.hours, sale };
    }),
  };
}

/** What sells units to an account: the prices, and what it bought of the running period so far. */
interface Selling {
  readonly book: TariffBook;
  readonly soldMicro: bigint;
}

async function sellingTo(
  deps: ReadDeps,
  own: OwnRoom,
  account: { id: number; code: string },
  zone: CampusZone,
  nowMs: number,
): Promise<Selling | null> {
  const book = await saleTariffBook(deps.reader, own.scope, account.code, zone);
  if (!book || nowMs < book.startMs) return null;
  const { accrualStartMs } = book.at(nowMs);
  if (accrualStartMs === null) return { book, soldMicro: 0n };
  return { book, soldMicro: unitsSoldBy(await unitSalesOf(deps.reader, account.id, accrualStartMs)) };
}

/** Null where the prices in force sell nothing. */
function saleOf({ book, soldMicro }: Selling, nowMs: number, amountMicro: bigint) {
  if (!sellsUnits(book.at(nowMs).version)) return null;
  const { quantityMicro, parts } = sellUnits(book, soldMicro, nowMs, amountMicro);
  return { quantityMicro, parts };
}

async function loadOf(
  deps: ReadDeps,
  own: OwnRoom,
  account: { id: number; code: string; zone: CampusZone; nowMs: number },
  utility: Utility,
  samples: readonly { hourStartMs: number; quantityMicro: bigint }[],
): Promise<OwnLoad | null> {
  const { zone, nowMs } = account;
  const book = await accountTariffBook(deps.reader, own.scope, account.code, utility, zone, nowMs);
  if (!book || nowMs < book.startMs) return null;
  const periodStartMs = book.at(nowMs).accrualStartMs ?? 0;
  const quantityMicro = await accruedQuantity(deps.reader, account.id, utility, periodStartMs);
  return {
    utility,
    book,
    accrual: { periodStartMs, quantityMicro },
    forecastMicro: hourOfWeekMedians(samples, zone),
    freeMicro: 0n,
  };
}

const tierOf = ({ book, accrual }: ForecastLoad, nowMs: number) => tierAt(book, accrual.quantityMicro, nowMs);

function tierAt(book: TariffBook, reachedMicro: bigint, nowMs: number): MyOutlook['tier'] {
  const { version, pricesMicro } = book.at(nowMs);
  const left = leftInTier(version.tierLimitsMicro, reachedMicro);
  return (
    left && {
      number: left.tier,
      leftMicro: left.leftMicro,
      priceMicro: pricesMicro[left.tier - 1]!,
      nextPriceMicro: pricesMicro[left.tier]!,
    }
  );
}
