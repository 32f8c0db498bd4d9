import type { Registry } from '../registry';

/**
 * The campus that looks after money whose telling names no order: the one whose merchant account it came over, else the only one
 * that there is. Null: nobody can tell, and a wrong campus is worse than none.
 * @param code campus of the merchant account, as the payment settings name it; null: they name none
 */
export function campusOfMerchant(registry: Registry, code: string | null): number | null {
  const campuses = [...registry.campuses.values()];
  if (code !== null) return campuses.find((campus) => campus.code === code)?.id ?? null;
  return campuses.length === 1 ? campuses[0]!.id : null;
}
