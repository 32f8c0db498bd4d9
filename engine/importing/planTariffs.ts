import type { ImportRow } from '../../contracts/importDocument';
import {
  ANY_DAY,
  calendarOf,
  PLAIN_CALENDAR,
  type TariffBody,
  tariffVersionOf,
} from '../../db/queries/storedTariff';
import type { CalendarRow, TariffRow, TariffVersionRow } from '../../db/queries/tariffs';
import { DomainError } from '../../domain/errors';
import {
  type TariffCalendar,
  type TouSpan,
  validateCalendar,
  validateVersions,
} from '../../domain/tariffs/tariff';
import { kept, namesOf, type ParsedRow, sameFacts } from './importRun';
import { instantMs, microOf, type PlanContext, referred } from './planContext';

export interface TariffsPlan {
  readonly calendars: ReadonlyMap<string, CalendarRow>;
  readonly tariffs: ReadonlyMap<string, TariffRow>;
  readonly writtenCalendars: readonly CalendarRow[];
  readonly writtenTariffs: readonly TariffRow[];
  readonly writtenVersions: readonly (TariffVersionRow & { tariff: string })[];
}

const DAY_MINUTES = 1_440;
const WHOLE_DAY = 'ALL';

/** Calendars and tariffs. Versions of a tariff in use are fixed, and the days of its calendar that are rated. */
export function planTariffs(
  context: PlanContext,
  stored: { calendars: readonly CalendarRow[]; tariffs: readonly TariffRow[] },
): TariffsPlan {
  const { run } = context;
  const calendars = new Map(stored.calendars.map((row) => [row.code, row]));
  const tariffs = new Map(stored.tariffs.map((row) => [row.code, row]));
  const writtenCalendars: CalendarRow[] = [];
  for (const row of run.rows('calendars')) {
    const { value } = row;
    const before = calendars.get(value.code);
    const after: CalendarRow = {
      code: value.code,
      name: value.name ? namesOf(value.name).name : (before?.name ?? value.code),
      days: value.days,
    };
    calendars.set(after.code, after);
    if (before && sameFacts(before, after)) continue;
    if (before) checkDays(context, row, before, after, stored.tariffs);
    run.settle(row, before ? 'UPDATED' : 'CREATED');
    writtenCalendars.push(after);
  }
  const writtenTariffs: TariffRow[] = [];
  const writtenVersions: (TariffVersionRow & { tariff: string })[] = [];
  for (const row of run.rows('tariffs')) {
    const { value } = row;
    const before = tariffs.get(value.code);
    const versions = planVersions(context, row, before);
    const after: TariffRow = {
      code: value.code,
      ...(value.name
        ? namesOf(value.name)
        : { name: before?.name ?? value.code, nameEn: before?.nameEn ?? null }),
      utility: value.utility ?? before?.utility ?? 'ELECTRICITY',
      calendar: kept(value.calendar, before?.calendar, null),
      versions: versions.all,
      lastNumber: before?.lastNumber ?? 0,
      usedUptoMs: before?.usedUptoMs ?? null,
    };
    if (before && before.utility !== after.utility)
      run.fail(
        row,
        '/utility',
        'UTILITY_FIXED',
        `utility: the tariff is for ${before.utility}; make a new one.`,
      );
    if (before && before.usedUptoMs !== null && before.calendar !== after.calendar)
      run.fail(row, '/calendar', 'TARIFF_USED', 'calendar: charges rest on the tariff; make a new one.');
    if (after.calendar !== null) referred(context, row, '/calendar', 'calendars', calendars, after.calendar);
    tariffs.set(after.code, after);
    const sameHead = before && sameFacts({ ...before, versions: 0 }, { ...after, versions: 0 });
    if (sameHead && versions.written.length === 0) continue;
    run.settle(row, before ? 'UPDATED' : 'CREATED');
    if (!sameHead) writtenTariffs.push(after);
    writtenVersions.push(...versions.written.map((version) => ({ ...version, tariff: after.code })));
  }
  checkTogether(context, calendars, tariffs);
  return { calendars, tariffs, writtenCalendars, writtenTariffs, writtenVersions };
}

/** A changed day in the time that tariffs have rated would change money without a correction; a later one changes prices, too. */
function checkDays(
  context: PlanContext,
  row: ParsedRow<unknown>,
  before: CalendarRow,
  after: CalendarRow,
  tariffs: readonly TariffRow[],
): void {
  const used = tariffs.filter((tariff) => tariff.calendar === before.code && tariff.usedUptoMs !== null);
  if (used.length === 0) return;
  const usedDate = context.zone.dateKey(Math.max(...used.map((tariff) => tariff.usedUptoMs!)));
  for (const date of new Set([...Object.keys(before.days), ...Object.keys(after.days)])) {
    if (before.days[date] === after.days[date]) continue;
    if (date > usedDate) {
      if (context.finance) continue;
      const message = `days: by ${date} tariff ${used[0]!.code} prices what is used: import it with a key that may credit payments.`;
      context.run.fail(row, `/days/${date}`, 'AGREED_BY_FINANCE', message);
      continue;
    }
    const message = `days: ${date} is rated already by tariff ${used[0]!.code}; only later days can change.`;
    context.run.fail(row, `/days/${date}`, 'DAY_RATED', message);
  }
}

function planVersions(
  context: PlanContext,
  row: ParsedRow<ImportRow<'tariffs'>>,
  before: TariffRow | undefined,
): { all: TariffVersionRow[]; written: TariffVersionRow[] } {
  const all = new Map((before?.versions ?? []).map((version) => [version.validFromMs, version]));
  const written: TariffVersionRow[] = [];
  const usedUptoMs = before?.usedUptoMs ?? null;
  let number = before?.lastNumber ?? 0;
  const seen = new Set<number>();
  row.value.versions.forEach((given, i) => {
    const validFromMs = instantMs(context, given.validFrom);
    const field = `/versions/${i}`;
    if (seen.has(validFromMs)) {
      const message = 'versions: two versions begin at the same instant.';
      context.run.fail(row, `${field}/validFrom`, 'VERSION_OVERLAP', message);
      return;
    }
    seen.add(validFromMs);
    const body = bodyOf(given);
    const tiered = body.tierLimitsMicro.length > 1;
    const accrual = given.accrual ?? (tiered ? 'MONTH' : 'NONE');
    const known = all.get(validFromMs);
    if (known && sameFacts({ accrual: known.accrual, body: known.body }, { accrual, body })) return;
    // Who imports has no say about money: what is in use is changed by finance, a correction of the past among it.
    if (usedUptoMs !== null) {
      const message =
        'versions: the tariff is in use: one person of finance drafts its next version, another approves it.';
      context.run.fail(row, field, 'AGREED_BY_FINANCE', message);
      return;
    }
    const version: TariffVersionRow = { number: known?.number ?? ++number, validFromMs, accrual, body };
    all.set(validFromMs, version);
    written.push(version);
  });
  return { all: [...all.values()].sort((a, b) => a.validFromMs - b.validFromMs), written };
}

function bodyOf(given: ImportRow<'tariffs'>['versions'][number]): TariffBody {
  const prices = Array.isArray(given.prices) ? given.prices : [given.prices];
  const onlyPeriod = Object.keys(prices[0] ?? {});
  const windows = given.periods ?? [
    { code: onlyPeriod.length === 1 ? onlyPeriod[0]! : WHOLE_DAY, from: '00:00', to: '24:00' },
  ];
  const periods: Record<string, TouSpan[]> = {};
  for (const window of windows)
    for (const dayType of window.dayTypes ?? [ANY_DAY]) {
      periods[dayType] ??= [];
      periods[dayType].push(...spansOf(window));
    }
  for (const spans of Object.values(periods)) spans.sort((a, b) => a.startMinute - b.startMinute);
  return {
    periods,
    tierLimitsMicro: (given.tiers ?? [{ limit: null }]).map(({ limit }) =>
      limit === null ? null : microOf(limit).toString(),
    ),
    pricesMicro: prices.map((byPeriod) =>
      Object.fromEntries(Object.entries(byPeriod).map(([code, price]) => [code, microOf(price).toString()])),
    ),
    ...(given.exportPrices
      ? {
          exportPricesMicro: Object.fromEntries(
            Object.entries(given.exportPrices).map(([code, price]) => [code, microOf(price).toString()]),
          ),
        }
      : {}),
    ...(given.surcharges?.length
      ? {
          surcharges: given.surcharges.map(({ code, kind, value }) => ({
            code,
            kind,
            valueMicro: microOf(value).toString(),
          })),
        }
      : {}),
  };
}

/** One window of the day as spans that do not run over midnight. Equal ends stay as they are, for validation to name. */
function spansOf(window: { code: string; from: string; to: string }): TouSpan[] {
  const startMinute = minuteOf(window.from);
  const endMinute = minuteOf(window.to);
  const period = window.code;
  if (startMinute <= endMinute) return [{ startMinute, endMinute, period }];
  const late = { startMinute, endMinute: DAY_MINUTES, period };
  return endMinute === 0 ? [late] : [{ startMinute: 0, endMinute, period }, late];
}

export function minuteOf(timeOfDay: string): number {
  return Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));
}

/** Rules of the domain over all versions of a tariff with its calendar, blamed on the row that brought the change. */
function checkTogether(
  context: PlanContext,
  calendars: ReadonlyMap<string, CalendarRow>,
  tariffs: ReadonlyMap<string, TariffRow>,
): void {
  const { run } = context;
  const tariffRows = new Map(run.rows('tariffs').map((row) => [row.code, row]));
  const calendarRows = new Map(run.rows('calendars').map((row) => [row.code, row]));
  for (const tariff of tariffs.values()) {
    const row: ParsedRow<unknown> | undefined =
      tariffRows.get(tariff.code) ?? calendarRows.get(tariff.calendar ?? '');
    if (!row || row.result.verdict === 'ERROR') continue;
    const days = tariff.calendar === null ? undefined : calendars.get(tariff.calendar)?.days;
    if (tariff.calendar !== null && days === undefined) continue;
    const calendar = days === undefined ? PLAIN_CALENDAR : calendarOf(tariff.calendar!, days);
    try {
      validate(tariff, calendar, context);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const isTariffRow = tariffRows.get(tariff.code) === row;
      const field = isTariffRow ? tariffField(context, error.details.field, tariff, row) : '/days';
      run.fail(row, field, error.reason, `${isTariffRow ? 'versions' : 'days'}: ${error.message}`);
    }
  }
}

function validate(tariff: TariffRow, calendar: TariffCalendar, context: PlanContext): void {
  const versions = tariff.versions.map((version) =>
    tariffVersionOf({ ...version, code: `${tariff.code}-${version.number}` }, calendar),
  );
  validateVersions(versions, context.zone);
  for (const version of versions) validateCalendar(calendar, version);
}

/** Points into the document: the domain counts the tariff's versions, the row only those that it brings. */
function tariffField(
  context: PlanContext,
  field: string | undefined,
  tariff: TariffRow,
  row: ParsedRow<unknown>,
): string {
  const match = /^\/versions\/(\d+)(\/[A-Za-z]+)?/.exec(field ?? '');
  const blamed = match ? tariff.versions[Number(match[1])] : undefined;
  const { versions } = row.value as ImportRow<'tariffs'>;
  const place = versions.findIndex((given) => instantMs(context, given.validFrom) === blamed?.validFromMs);
  return place < 0 ? '/versions' : `/versions/${place}${match?.[2] ?? ''}`;
}
