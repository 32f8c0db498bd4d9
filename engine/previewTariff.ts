import { type Database, withTransaction } from '../db/client';
import { freeUsesOf } from '../db/queries/entitlements';
import { acceptedReadings } from '../db/queries/ingest';
import { type TariffBody, tariffVersionOf } from '../db/queries/storedTariff';
import { billedMicro } from '../db/queries/tariffDrafts';
import { DomainError } from '../domain/errors';
import { FreeUnits } from '../domain/tariffs/freeUnits';
import { type PreviewCost, type PreviewInterval, previewCost } from '../domain/tariffs/previewCost';
import type { AccrualPeriod } from '../domain/tariffs/tariff';
import { prepareTariffBook, type TariffBook } from '../domain/tariffs/tariffBook';
import type { EngineContext } from './context';
import { accountIdOf, currentRegistry } from './registry';

/** What an account's last whole month costs by the tariff in force and by a draft, from its readings. */
export interface TariffPreview {
  readonly fromMs: number;
  readonly toMs: number;
  readonly now: PreviewCost;
  readonly draft: PreviewCost;
  /** What was charged for that month, µ. */
  readonly billedMicro: bigint;
  readonly readings: number;
}

/**
 * Rates an account's last local month again by the rules that charge it: once by the tariff as it is and once by the draft
 * alone, as if it had been in force all month. Changes nothing.
 * @throws DomainError notFound; refused `NO_USE`; invalid where the draft breaks a rule
 */
export async function previewTariff(
  database: Database,
  ctx: EngineContext,
  input: {
    campusId: number;
    tariffId: number;
    account: string;
    accrual: AccrualPeriod;
    body: TariffBody;
  },
): Promise<TariffPreview> {
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const entry = registry.tariffs.get(input.tariffId);
    const accountId = accountIdOf(registry, input.campusId, input.account);
    const account = accountId === undefined ? undefined : registry.accounts.get(accountId);
    if (!entry?.book || entry.campusId !== input.campusId)
      throw new DomainError('notFound', 'TARIFF', 'There is no such tariff.');
    if (!account) throw new DomainError('notFound', 'ACCOUNT', `There is no account ${input.account}.`);
    const { zone } = registry.campuses.get(input.campusId)!;
    const toMs = zone.monthStart(ctx.clock.now());
    const fromMs = zone.monthStart(toMs - 1);
    const version = tariffVersionOf(
      { code: 'draft', validFromMs: 0, accrual: input.accrual, body: input.body },
      entry.calendar,
    );
    const draftBook = prepareTariffBook({ versions: [version], calendar: entry.calendar, zone });
    const intervals: PreviewInterval[] = [];
    for (const pointId of account.pointIds) {
      const point = registry.points.get(pointId)!;
      if (point.utility !== entry.utility) continue;
      for (const meterId of point.meterIds) {
        const { intervalS } = registry.meters.get(meterId)!;
        const timeline = await acceptedReadings(tx.client, meterId, fromMs, toMs);
        for (let i = 1; i < timeline.length; i++) {
          const [from, to] = [timeline[i - 1]!, timeline[i]!];
          if (to.quantityMicro === null || from.epoch !== to.epoch) continue;
          intervals.push({
            pointCode: point.pointCode,
            fromMs: from.tsMs,
            toMs: to.tsMs,
            quantityMicro: to.quantityMicro,
            intervalMs: intervalS * 1000,
          });
        }
      }
    }
    if (intervals.length === 0)
      throw new DomainError('refused', 'NO_USE', `Account ${input.account} has no use in that month.`);
    const book = account.free?.get(entry.utility);
    const before = book
      ? (await freeUsesOf(tx.client, [account.accountId])).filter((use) => use.periodMs < fromMs)
      : [];
    const cost = (by: TariffBook) =>
      previewCost(by, intervals, { fromMs, toMs }, book ? new FreeUnits(book, before) : null);
    return {
      fromMs,
      toMs,
      now: cost(entry.book),
      draft: cost(draftBook),
      billedMicro: await billedMicro(tx.client, account.accountId, entry.utility, fromMs, toMs),
      readings: intervals.length,
    };
  });
}
