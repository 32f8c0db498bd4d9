import type { CampusRow } from '../../db/queries/campus';
import { DomainError } from '../../domain/errors';
import { MONEY_DIGITS, minorUnitDigits } from '../../domain/payments/minorUnit';
import { type CampusZone, campusZone } from '../../domain/time/campusTime';
import { type ImportRun, namesOf, sameFacts } from './importRun';

export interface CampusPlan {
  /** Id of the stored campus; null: it will be made. */
  readonly id: number | null;
  readonly after: Omit<CampusRow, 'id'>;
  readonly zone: CampusZone;
  readonly verdict: 'CREATED' | 'UPDATED' | 'UNCHANGED';
}

const DEFAULT_LATE_LIMIT_DAYS = 7;

/**
 * The campus of the document. Zone and currency stand as soon as anything is built on it; a campus that is still empty may
 * take another code, zone and currency. Null, with the row blamed, where nothing else of the document can be judged.
 */
export function planCampus(
  run: ImportRun,
  stored: { own: CampusRow | null; named: CampusRow | null; ownEmpty: boolean },
): CampusPlan | null {
  const row = run.campus;
  if (!row) return null;
  const { value } = row;
  const { own, named } = stored;
  if (own && own.code !== value.code && (named || !stored.ownEmpty)) {
    run.fail(row, '/code', 'OTHER_CAMPUS', `code: this import is for the campus "${own.code}".`);
    return null;
  }
  const before = own ?? named;
  const after: Omit<CampusRow, 'id'> = {
    code: value.code,
    ...namesOf(value.name),
    timeZone: value.timeZone,
    currency: value.currency,
    lateLimitDays: value.lateLimitDays ?? before?.lateLimitDays ?? DEFAULT_LATE_LIMIT_DAYS,
  };
  let zone: CampusZone;
  try {
    zone = campusZone(value.timeZone);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    run.fail(row, '/timeZone', error.reason, `timeZone: ${error.message}`);
    return null;
  }
  const digits = minorUnitDigits(after.currency);
  if (digits !== MONEY_DIGITS)
    run.fail(
      row,
      '/currency',
      'CURRENCY_DECIMALS',
      `currency: ${after.currency} is counted with ${digits} decimals, and money here with exactly ${MONEY_DIGITS}.`,
    );
  if (!before) return { id: null, after, zone, verdict: 'CREATED' };
  if (!stored.ownEmpty && before.timeZone !== after.timeZone)
    run.fail(row, '/timeZone', 'ZONE_FIXED', `timeZone: local days and tariffs rest on ${before.timeZone}.`);
  if (!stored.ownEmpty && before.currency !== after.currency)
    run.fail(row, '/currency', 'CURRENCY_FIXED', `currency: the ledger is kept in ${before.currency}.`);
  const { id, ...same } = before;
  return { id, after, zone, verdict: sameFacts(same, after) ? 'UNCHANGED' : 'UPDATED' };
}
