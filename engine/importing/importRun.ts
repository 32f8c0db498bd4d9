import type { z } from 'zod';
import {
  campusRow,
  IMPORT_ROWS,
  type ImportCampus,
  type ImportResult,
  type ImportRow,
  type ImportRowResult,
  type ImportSection,
  type ImportVerdict,
  MAX_ROWS,
} from '../../contracts/importDocument';
import type { ImportName } from '../../contracts/importFields';

/** A row of the document that has the right shape, with the answer it will get. */
export interface ParsedRow<T> {
  readonly section: string;
  readonly index: number;
  readonly code: string;
  readonly value: T;
  readonly result: ImportRowResult;
}

const MAX_ERRORS_PER_ROW = 10;
const SECTIONS = Object.keys(IMPORT_ROWS) as ImportSection[];

/**
 * One document on its way in: parsed row by row, so that one bad row hides no other, with a verdict for each. Rows that
 * refer to a row with an error are not blamed for it: its code counts as known.
 */
export class ImportRun {
  readonly campus: ParsedRow<ImportCampus> | null;
  private readonly results: ImportRowResult[] = [];
  private readonly parsed = new Map<ImportSection, ParsedRow<unknown>[]>();
  private readonly spoilt = new Map<string, Set<string>>();

  constructor(document: unknown) {
    if (typeof document !== 'object' || document === null || Array.isArray(document)) {
      this.campus = null;
      this.failDocument('', 'NOT_AN_OBJECT', 'The document must be a JSON object.');
      return;
    }
    for (const key of Object.keys(document))
      if (key !== 'campus' && !SECTIONS.includes(key as ImportSection))
        this.failDocument(
          `/${escaped(key)}`,
          'UNKNOWN_SECTION',
          `The document has no section "${key.slice(0, 64)}".`,
        );
    const fields = document as Record<string, unknown>;
    this.campus = this.parseRow('campus', 0, '/campus', campusRow, fields.campus);
    for (const section of SECTIONS) this.parsed.set(section, this.parseSection(section, fields[section]));
  }

  /** The rows of a section that have the right shape and are the first of their code. */
  rows<S extends ImportSection>(section: S): ParsedRow<ImportRow<S>>[] {
    return (this.parsed.get(section) ?? []) as ParsedRow<ImportRow<S>>[];
  }

  /** Blames a field of a row; `field` is a JSON pointer below the row. */
  fail(row: ParsedRow<unknown>, field: string, code: string, message: string): void {
    this.spoil(row.section, row.code);
    row.result.verdict = 'ERROR';
    if (row.result.errors.length < MAX_ERRORS_PER_ROW)
      row.result.errors.push({ pointer: pointerOf(row) + field, code, message });
  }

  /** An error that belongs to no row. */
  failDocument(pointer: string, code: string, message: string): void {
    this.results.push({
      section: 'document',
      code: '',
      verdict: 'ERROR',
      errors: [{ pointer, code, message }],
    });
  }

  /** Sets the verdict of a row that has no error. */
  settle(row: ParsedRow<unknown>, verdict: Exclude<ImportVerdict, 'ERROR'>): void {
    if (row.result.verdict !== 'ERROR') row.result.verdict = verdict;
  }

  /** Whether a row of this code has an error, so that whoever refers to it can't be judged. */
  isSpoilt(section: ImportSection, code: string): boolean {
    return this.spoilt.get(section)?.has(code) ?? false;
  }

  get failed(): boolean {
    return this.results.some((row) => row.verdict === 'ERROR');
  }

  get changed(): boolean {
    return this.results.some((row) => row.verdict === 'CREATED' || row.verdict === 'UPDATED');
  }

  answer(applied: boolean): ImportResult {
    const totals = { CREATED: 0, UPDATED: 0, UNCHANGED: 0, ERROR: 0 };
    for (const row of this.results) totals[row.verdict] += 1;
    return { applied, rows: this.results, totals };
  }

  private parseSection(section: ImportSection, value: unknown): ParsedRow<unknown>[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.failDocument(`/${section}`, 'NOT_AN_ARRAY', `${section} must be an array of rows.`);
      return [];
    }
    if (value.length > MAX_ROWS) {
      this.failDocument(`/${section}`, 'TOO_MANY_ROWS', `${section} holds more than ${MAX_ROWS} rows.`);
      return [];
    }
    const schema: z.ZodType<unknown> = IMPORT_ROWS[section];
    const seen = new Map<string, number>();
    const rows: ParsedRow<unknown>[] = [];
    for (let index = 0; index < value.length; index++) {
      const row = this.parseRow(section, index, `/${section}/${index}`, schema, value[index]);
      const code = identityOf(section, value[index]);
      if (!row) this.spoil(section, code);
      const first = seen.get(code);
      if (first === undefined) seen.set(code, index);
      if (!row) continue;
      if (first === undefined) rows.push(row);
      else {
        const message = `${section} names "${code}" twice: row ${first} has it too.`;
        this.fail(row, '/code', 'DUPLICATE_CODE', message);
      }
    }
    return rows;
  }

  private parseRow<T>(
    section: string,
    index: number,
    pointer: string,
    schema: z.ZodType<T>,
    value: unknown,
  ): ParsedRow<T> | null {
    const code = identityOf(section, value);
    const result: ImportRowResult = { section, code, verdict: 'UNCHANGED', errors: [] };
    this.results.push(result);
    const parsed = schema.safeParse(value);
    if (parsed.success) return { section, index, code, value: parsed.data, result };
    result.verdict = 'ERROR';
    for (const issue of parsed.error.issues.slice(0, MAX_ERRORS_PER_ROW)) {
      const path = issue.path.map((step) => `/${escaped(String(step))}`).join('');
      const field = issue.path.length === 0 ? section : issue.path.map(String).join('.').slice(0, 128);
      result.errors.push({
        pointer: pointer + path,
        code: issue.code.toUpperCase(),
        message: `${field}: ${issue.message.slice(0, 300)}`,
      });
    }
    return null;
  }

  private spoil(section: string, code: string): void {
    const codes = this.spoilt.get(section);
    if (codes) codes.add(code);
    else this.spoilt.set(section, new Set([code]));
  }
}

/** What rows of a section are told apart by. */
const IDENTITY: Record<string, readonly string[]> = {
  occupancies: ['account', 'person', 'from'],
  quotas: ['scope', 'utility', 'period'],
  rules: ['rule', 'space'],
};

function identityOf(section: string, value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const fields = value as Record<string, unknown>;
  return (IDENTITY[section] ?? ['code'])
    .map((field) => fields[field])
    .filter((part) => typeof part === 'string')
    .map((part) => part.slice(0, 64))
    .join('/');
}

function pointerOf(row: ParsedRow<unknown>): string {
  return row.section === 'campus' ? '/campus' : `/${row.section}/${row.index}`;
}

function escaped(step: string): string {
  return step.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The name for the screen's first language, and the English one where it differs. */
export function namesOf(name: ImportName): { name: string; nameEn: string | null } {
  return typeof name === 'string' ? { name, nameEn: null } : { name: name.zh, nameEn: name.en ?? null };
}

/** What a field becomes: left out keeps what is stored, null clears it. */
export function kept<T>(given: T | undefined, stored: T | undefined, otherwise: T): T {
  return given !== undefined ? given : stored !== undefined ? stored : otherwise;
}

/** Whether two stored forms say the same, whatever the order of their fields. */
export function sameFacts(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) => {
      if (typeof inner === 'bigint') return `${inner}n`;
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    }) ?? ''
  );
}
