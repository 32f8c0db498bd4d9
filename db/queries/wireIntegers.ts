/**
 * Whole numbers in Postgres' binary form. A DataView would cut off silently what doesn't fit and what stands behind the
 * point; money and registers must rather fail.
 */

const TWO_TO_32 = 4_294_967_296;

/** @throws RangeError for a value that is no whole number of two bytes */
export function putInt2(view: DataView, at: number, value: number): void {
  if ((value << 16) >> 16 !== value) throw misfit(value, 'int2');
  view.setInt16(at, value);
}

/** @throws RangeError for a value that is no whole number of four bytes */
export function putInt4(view: DataView, at: number, value: number): void {
  if ((value | 0) !== value) throw misfit(value, 'int4');
  view.setInt32(at, value);
}

/** @throws RangeError for a bigint of more than eight bytes or a number that is no safe integer */
export function putInt8(view: DataView, at: number, value: bigint | number): void {
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) !== value) throw misfit(value, 'int8');
    view.setBigInt64(at, value);
    return;
  }
  if (!Number.isSafeInteger(value)) throw misfit(value, 'int8');
  const high = Math.floor(value / TWO_TO_32);
  view.setInt32(at, high);
  view.setUint32(at + 4, value - high * TWO_TO_32);
}

function misfit(value: bigint | number, type: string): RangeError {
  return new RangeError(`${value} is no ${type}`);
}
