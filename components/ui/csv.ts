/** Marks the text as UTF-8 for spreadsheets. */
const BOM = '\uFEFF';

/** Rows as CSV; they end in CRLF as RFC 4180 asks. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return BOM + rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** A field, quoted where it must be; text that a spreadsheet would run as a formula is kept as text, a number as a number. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
