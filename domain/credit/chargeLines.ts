import { canonicalString } from './jcs';
import { type Sha256, sha256Hex } from './sha256';

/**
 * One line of a charge as stored and hashed. The shape is frozen: browsers recompute its hash. Decimal strings: `q_u` µ of
 * quantity, `price_u` µ per whole unit, `amount_n` the exact numerator in pico-currency. `payer` is `CUSTOMER` or `FUND:{id}`.
 */
export interface ChargeLineRecord {
  readonly period: string;
  readonly tier: string;
  readonly q_u: string;
  readonly price_u: string;
  readonly amount_n: string;
  readonly payer: string;
  readonly estimated: boolean;
}

/** SHA-256 of the canonical text of a charge's lines, hex; stands as `lines` in the charge's transaction. */
export function chargeLinesHash(lines: readonly ChargeLineRecord[], hash: Sha256): string {
  let text = '';
  for (const line of lines) {
    if (text !== '') text += ',';
    text +=
      `{"amount_n":${canonicalString(line.amount_n)},"estimated":${line.estimated},"payer":${canonicalString(line.payer)},` +
      `"period":${canonicalString(line.period)},"price_u":${canonicalString(line.price_u)},"q_u":${canonicalString(line.q_u)},` +
      `"tier":${canonicalString(line.tier)}}`;
  }
  return sha256Hex(`[${text}]`, hash);
}
