import { DomainError } from '../../domain/errors';
import { type TouSpan, validateTariffVersion } from '../../domain/tariffs/tariff';
import type { CampusZone } from '../../domain/time/campusTime';
import { microFromText, textFromMicro } from '../../domain/units';
import { dateTimeMs } from '../ui/dateInput';
import type { TariffBody } from './tariffTypes';

/** A tariff version while a person writes it: everything as typed text. */
export interface DraftForm {
  /** `YYYY-MM-DDTHH:MM` on the campus. */
  readonly validFrom: string;
  readonly accrual: 'MONTH' | 'YEAR' | 'NONE';
  /** Periods of one day type after another; `*`: every day type that has none of its own. */
  readonly spans: readonly { dayType: string; from: string; to: string; period: string }[];
  /** Upper limit of each tier but the last, in whole units. */
  readonly limits: readonly string[];
  /** By tier, then by period. */
  readonly prices: readonly Readonly<Record<string, string>>[];
  readonly surcharges: readonly { code: string; kind: SurchargeKind; value: string }[];
  /** By period, what a PV point is paid for a unit that it exports; null: nothing. */
  readonly exportPrices: Readonly<Record<string, string>> | null;
  readonly note: string;
}

export type SurchargeKind = NonNullable<TariffBody['surcharges']>[number]['kind'];

/** What is wrong with a form: a key of `tariffs.problems`, with what it names. */
export interface DraftProblem {
  readonly key:
    | 'gap'
    | 'overlap'
    | 'bounds'
    | 'price'
    | 'export'
    | 'tiers'
    | 'surcharge'
    | 'from'
    | 'note'
    | 'other';
  readonly values: Readonly<Record<string, string>>;
}

const DAY_MINUTES = 1_440;

export function minutesText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function minutesOf(text: string): number | null {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  if (!match) return null;
  const minute = Number(match[1]) * 60 + Number(match[2]);
  return minute <= DAY_MINUTES && Number(match[2]) < 60 ? minute : null;
}

/** A price without zeros at its end, but with two places at least. */
export function priceText(micro: bigint): string {
  const [whole, fraction = ''] = textFromMicro(micro).split('.');
  return `${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`;
}

const plainText = (micro: bigint): string => textFromMicro(micro).replace(/\.?0+$/, '');

/** A stored version as a form begins with it. */
export function formOf(
  body: TariffBody,
  accrual: DraftForm['accrual'],
  validFrom: string,
  note: string,
): DraftForm {
  return {
    validFrom,
    accrual,
    spans: Object.entries(body.periods).flatMap(([dayType, spans]) =>
      spans.map((span) => ({
        dayType,
        from: minutesText(span.startMinute),
        to: minutesText(span.endMinute),
        period: span.period,
      })),
    ),
    limits: body.tierLimitsMicro.slice(0, -1).map((limit) => plainText(BigInt(limit ?? 0))),
    prices: body.pricesMicro.map(priceTexts),
    exportPrices: body.exportPricesMicro ? priceTexts(body.exportPricesMicro) : null,
    surcharges: (body.surcharges ?? []).map(({ code, kind, valueMicro }) => ({
      code,
      kind,
      value: plainText(BigInt(valueMicro)),
    })),
    note,
  };
}

const priceTexts = (prices: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(prices).map(([period, micro]) => [period, priceText(BigInt(micro))]));

/** Typed prices of all periods, µ; or the first period whose price is none. */
function pricesOf(
  form: DraftForm,
  typed: Readonly<Record<string, string>>,
): { micro: Record<string, string> } | { period: string } {
  const micro: Record<string, string> = {};
  for (const period of periodsOf(form)) {
    const price = microFromText(typed[period] ?? '');
    if (price === null || price < 0n) return { period };
    micro[period] = price.toString();
  }
  return { micro };
}

/** Codes of the form's periods, in the order in which they first occur. */
export function periodsOf(form: DraftForm): string[] {
  return [...new Set(form.spans.map((span) => span.period).filter((period) => period !== ''))];
}

/** The instant at which the version is to begin; null while the text is no time. */
export function validFromMs(form: DraftForm, zone: CampusZone): number | null {
  return dateTimeMs(form.validFrom, zone);
}

/** The form as a version's body, or what is wrong with it, in the order in which the form asks. */
export function bodyOf(form: DraftForm): { body: TariffBody } | { problem: DraftProblem } {
  const wrong = (key: DraftProblem['key'], values: DraftProblem['values'] = {}) => ({
    problem: { key, values },
  });
  const periods: Record<string, TouSpan[]> = {};
  for (const span of form.spans) {
    const startMinute = minutesOf(span.from);
    const endMinute = minutesOf(span.to);
    if (startMinute === null || endMinute === null || endMinute <= startMinute || span.period === '')
      return wrong('bounds', { from: span.from || '—', to: span.to || '—' });
    periods[span.dayType] ??= [];
    periods[span.dayType]!.push({ startMinute, endMinute, period: span.period });
  }
  for (const [dayType, spans] of Object.entries(periods)) {
    spans.sort((a, b) => a.startMinute - b.startMinute);
    let covered = 0;
    for (const span of [...spans, { startMinute: DAY_MINUTES, endMinute: DAY_MINUTES }]) {
      const values = (from: number, to: number) => ({
        dayType,
        from: minutesText(from),
        to: minutesText(to),
      });
      if (span.startMinute > covered) return wrong('gap', values(covered, span.startMinute));
      if (span.startMinute < covered)
        return wrong('overlap', values(span.startMinute, Math.min(covered, span.endMinute)));
      covered = span.endMinute;
    }
  }
  const limits = form.limits.map((text) => microFromText(text));
  if (limits.some((limit, i) => limit === null || limit <= (limits[i - 1] ?? 0n))) return wrong('tiers');
  const pricesMicro: Record<string, string>[] = [];
  for (const [tier, typed] of form.prices.entries()) {
    const row = pricesOf(form, typed);
    if ('period' in row) return wrong('price', { tier: String(tier + 1), period: row.period });
    pricesMicro.push(row.micro);
  }
  const exported = form.exportPrices && pricesOf(form, form.exportPrices);
  if (exported && 'period' in exported) return wrong('export', { period: exported.period });
  const surcharges = [];
  for (const { code, kind, value } of form.surcharges) {
    const micro = microFromText(value);
    if (micro === null || !/^[A-Za-z0-9_-]{1,32}$/.test(code))
      return wrong('surcharge', { code: code || '—' });
    surcharges.push({ code, kind, valueMicro: micro.toString() });
  }
  const body: TariffBody = {
    periods,
    tierLimitsMicro: [...limits.map((limit) => limit!.toString()), null],
    pricesMicro,
    ...(surcharges.length > 0 ? { surcharges } : {}),
    ...(exported ? { exportPricesMicro: exported.micro } : {}),
  };
  const rest = ruleProblem(body, form.accrual);
  return rest ? { problem: rest } : { body };
}

/** The rules of rating itself, for whatever the form lets through. */
function ruleProblem(body: TariffBody, accrual: DraftForm['accrual']): DraftProblem | null {
  try {
    validateTariffVersion({
      code: 'draft',
      validFromMs: 0,
      accrual,
      periods: body.periods,
      tierLimitsMicro: body.tierLimitsMicro.map((limit) => (limit === null ? null : BigInt(limit))),
      pricesMicro: body.pricesMicro.map((prices) =>
        Object.fromEntries(Object.entries(prices).map(([period, micro]) => [period, BigInt(micro)])),
      ),
      surcharges: (body.surcharges ?? []).map((s) => ({ ...s, valueMicro: BigInt(s.valueMicro) })),
    });
    return null;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const key = error.reason === 'ACCRUAL_MISSING' || error.reason.startsWith('TIER') ? 'tiers' : 'other';
    return { key, values: { rule: error.reason } };
  }
}
