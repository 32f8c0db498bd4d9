import { putInt2, putInt4, putInt8 } from './wireIntegers';

/**
 * Array parameters in Postgres' binary form, for `unnest($1::int8[], …)`: node-pg sends a Buffer as binary, so nothing is
 * printed and nothing parsed. The cast in the query must name the type of the function. A number that its type can't hold is a
 * RangeError, as it is in a query's text form.
 */

const OID = { int2: 21, int4: 23, int8: 20, float8: 701, text: 25 } as const;
const HEADER_BYTES = 20;
const NULL_LENGTH = -1;

type Whole = bigint | number | null;

/** Writes the head of a one-dimensional array that may hold nulls; an empty one has no dimension. */
function header(view: DataView, oid: number, length: number): void {
  view.setInt32(0, length === 0 ? 0 : 1);
  view.setInt32(4, 1);
  view.setInt32(8, oid);
  if (length === 0) return;
  view.setInt32(12, length);
  view.setInt32(16, 1);
}

function fixed<T>(
  oid: number,
  bytesEach: number,
  rows: readonly T[],
  write: (view: DataView, at: number, row: T) => boolean,
): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + rows.length * (4 + bytesEach));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  header(view, oid, rows.length);
  let at = HEADER_BYTES;
  for (const row of rows) {
    if (write(view, at + 4, row)) {
      view.setInt32(at, bytesEach);
      at += 4 + bytesEach;
    } else {
      view.setInt32(at, NULL_LENGTH);
      at += 4;
    }
  }
  return bytes.subarray(0, rows.length === 0 ? 12 : at);
}

export function int2Array<T>(rows: readonly T[], pick: (row: T) => number | null): Buffer {
  return fixed(OID.int2, 2, rows, (view, at, row) => {
    const value = pick(row);
    if (value === null) return false;
    putInt2(view, at, value);
    return true;
  });
}

export function int4Array<T>(rows: readonly T[], pick: (row: T) => number | null): Buffer {
  return fixed(OID.int4, 4, rows, (view, at, row) => {
    const value = pick(row);
    if (value === null) return false;
    putInt4(view, at, value);
    return true;
  });
}

/** Row ids, for `= any($1::int4[])`. */
export function idArray(ids: readonly number[]): Buffer {
  return int4Array(ids, (id) => id);
}

export function int8Array<T>(rows: readonly T[], pick: (row: T) => Whole): Buffer {
  return fixed(OID.int8, 8, rows, (view, at, row) => {
    const value = pick(row);
    if (value === null) return false;
    putInt8(view, at, value);
    return true;
  });
}

export function float8Array<T>(rows: readonly T[], pick: (row: T) => number | null): Buffer {
  return fixed(OID.float8, 8, rows, (view, at, row) => {
    const value = pick(row);
    if (value === null) return false;
    view.setFloat64(at, value);
    return true;
  });
}

export function textArray<T>(rows: readonly T[], pick: (row: T) => string | null): Buffer {
  let bytes = Buffer.allocUnsafe(HEADER_BYTES + rows.length * 64);
  let view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  header(view, OID.text, rows.length);
  let at = HEADER_BYTES;
  for (const row of rows) {
    const value = pick(row);
    // UTF-8 takes three bytes at most per unit of a JavaScript string.
    const needed = at + 4 + (value === null ? 0 : value.length * 3);
    if (needed > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, bytes.length * 2));
      bytes.copy(larger, 0, 0, at);
      bytes = larger;
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const length = value === null ? NULL_LENGTH : bytes.write(value, at + 4);
    view.setInt32(at, length);
    at += 4 + Math.max(0, length);
  }
  return bytes.subarray(0, rows.length === 0 ? 12 : at);
}
