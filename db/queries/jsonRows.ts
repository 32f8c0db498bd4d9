/**
 * Rows as one parameter for `json_to_recordset`: one round trip whatever their number, and the database itself turns codes
 * into ids by joining. Bigints travel as text, dates in ISO form.
 */
export function jsonRows(rows: readonly object[]): string {
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

/** An instant column as milliseconds, exact. */
export const msOf = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

/** Milliseconds of a recordset as an instant. */
export const instantOf = (column: string): string => `to_timestamp(${column} / 1000.0)`;
