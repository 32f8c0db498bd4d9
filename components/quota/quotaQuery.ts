import type { QuotaUtility } from './quotaTypes';

/** Month of an address's query; anything that is none is undefined, the running one. */
export function monthFrom(value: string | null | undefined): string | undefined {
  return value && /^20\d{2}-(0[1-9]|1[0-2])$/.test(value) ? value : undefined;
}

/** Utility of an address's query; anything that is none is undefined, electricity. */
export function utilityFrom(value: string | null | undefined): QuotaUtility | undefined {
  return value === 'ELECTRICITY' || value === 'WATER' || value === 'GAS' ? value : undefined;
}
