/** Marks the text as UTF-8 for spreadsheets. */
const BOM = '\uFEFF';

/** Rows of a file, the first of them the heading; texts as they are, quoted when the file is written. */
export type CsvRows = readonly (readonly string[])[];

/** Who took a file out, when, and for which part of the campus their roles hold. */
export interface ExportMark {
  readonly by: string;
  /** ISO form with the campus offset. */
  readonly at: string;
  readonly scope: string;
}

const MARK_COLUMNS = ['exported_by', 'exported_at', 'exported_scope'];

/**
 * Rows as CSV; they end in CRLF as RFC 4180 asks. Each row carries the mark of whoever exported it in its last columns, so that a part
 * that is copied out of the file still tells.
 */
export function csvText([head = [], ...rows]: CsvRows, { by, at, scope }: ExportMark): string {
  const marked = [[...head, ...MARK_COLUMNS], ...rows.map((row) => [...row, by, at, scope])];
  return BOM + marked.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** A field, quoted where it must be; text that a spreadsheet would run as a formula is kept as text, a number as a number. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
