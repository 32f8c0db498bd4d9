/** A Postgres array literal of numbers, bigints or plain words, cheaper to send than a serialised JS array. */
export function arrayLiteral(values: readonly (number | bigint | string | boolean | null)[]): string {
  let text = '{';
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    text += (i === 0 ? '' : ',') + (value === null ? 'NULL' : value);
  }
  return `${text}}`;
}

/** A Postgres array literal of JSON texts or other free text, each quoted. */
export function textArrayLiteral(values: readonly (string | null)[]): string {
  return `{${values
    .map((v) => (v === null ? 'NULL' : `"${v.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`))
    .join(',')}}`;
}
