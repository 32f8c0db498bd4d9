import type { ImportSection } from '../../contracts/importDocument';
import type { CampusZone } from '../../domain/time/campusTime';
import { microFromText } from '../../domain/units';
import type { ImportRun, ParsedRow } from './importRun';

/** What every section is planned with. */
export interface PlanContext {
  readonly run: ImportRun;
  readonly zone: CampusZone;
  /** The instant of the import, ms UTC: links without a `since` hold from here. */
  readonly nowMs: number;
  /** Whether finance stands behind the document: what is theirs may change. */
  readonly finance: boolean;
}

/** A time of the document: RFC 3339 with offset, or a date, which means its first instant on the campus. */
export function instantMs(context: PlanContext, text: string): number {
  if (text.length > 10) return Date.parse(text);
  const [year, month, day] = text.split('-').map(Number);
  return context.zone.utcOf(year!, month!, day!);
}

/** From when a row's changed links hold. */
export function sinceMs(context: PlanContext, text: string | undefined): number {
  return text === undefined ? context.nowMs : instantMs(context, text);
}

/** Decimal text that the contract has checked, in µ. */
export function microOf(text: string): bigint {
  const micro = microFromText(text);
  if (micro === null) throw new RangeError(`not a decimal: ${text}`);
  return micro;
}

/** The part of a whole in millionths. */
export const ppmOf = (share: string): number => Number(microOf(share));

/**
 * The facts that a code stands for; undefined if there are none to judge by: the code is unknown, which blames the row, or
 * its own row has an error, which does not.
 */
export function referred<T>(
  context: PlanContext,
  row: ParsedRow<unknown>,
  field: string,
  section: ImportSection,
  known: ReadonlyMap<string, T>,
  code: string,
): T | undefined {
  const { run } = context;
  const facts = known.get(code);
  if (facts === undefined && !run.isSpoilt(section, code)) {
    const name = field.split('/').filter((step) => !/^\d*$/.test(step))[0] ?? field;
    run.fail(row, field, 'UNKNOWN_CODE', `${name}: there is no "${code}" among the ${LABEL[section]}.`);
  }
  return facts;
}

const LABEL: Record<ImportSection, string> = {
  calendars: 'calendars',
  policies: 'policies',
  tariffs: 'tariffs',
  spaces: 'spaces',
  gateways: 'gateways',
  meterPoints: 'meter points',
  meters: 'meters',
  departments: 'departments',
  accounts: 'accounts',
  persons: 'persons',
  occupancies: 'occupancies',
  users: 'users',
  quotas: 'quotas',
  rules: 'rules',
};

const MAX_DEPTH = 16;

/** Blames rows that hang in a circle, or deeper than a tree may be. `parentOf` answers null for a root and for the unknown. */
export function checkTree(
  context: PlanContext,
  rows: readonly ParsedRow<unknown>[],
  field: string,
  parentOf: (code: string) => string | null,
): void {
  const depths = new Map<string, number | 'CIRCLE' | 'BELOW_CIRCLE'>();
  for (const { code: start } of rows) {
    const path: string[] = [];
    const onPath = new Map<string, number>();
    let at: string | null = start;
    while (at !== null && !depths.has(at) && !onPath.has(at)) {
      onPath.set(at, path.length);
      path.push(at);
      at = parentOf(at);
    }
    const circleFrom = at === null ? undefined : onPath.get(at);
    const above = at === null || circleFrom !== undefined ? 0 : depths.get(at)!;
    for (let i = path.length - 1; i >= 0; i--) {
      const code = path[i]!;
      if (circleFrom !== undefined) depths.set(code, i >= circleFrom ? 'CIRCLE' : 'BELOW_CIRCLE');
      else depths.set(code, typeof above === 'number' ? above + path.length - i : 'BELOW_CIRCLE');
    }
  }
  const name = field.slice(1);
  for (const row of rows) {
    const depth = depths.get(row.code);
    if (depth === 'CIRCLE') {
      context.run.fail(
        row,
        field,
        'CYCLE',
        `${name}: "${row.code}" would stand above itself: the parents form a circle.`,
      );
    } else if (typeof depth === 'number' && depth > MAX_DEPTH)
      context.run.fail(row, field, 'TOO_DEEP', `${name}: more than ${MAX_DEPTH} levels.`);
  }
}
