import { findAccountView } from '../../../db/queries/accountViews';
import type { TariffBody } from '../../../db/queries/storedTariff';
import { DomainError } from '../../../domain/errors';
import type { AccrualPeriod } from '../../../domain/tariffs/tariff';
import { previewTariff, type TariffPreview } from '../../../engine/previewTariff';
import { type Caller, requirePermission } from '../../auth/caller';
import type { ServiceDeps } from '../deps';

/** A draft's cost of an account's last month beside today's. @throws as `previewTariff` */
export async function previewDraft(
  deps: ServiceDeps,
  caller: Caller,
  input: { tariffId: number; account: string; accrual: AccrualPeriod; body: TariffBody },
): Promise<TariffPreview> {
  const { scope } = requirePermission(caller, 'DRAFT_TARIFF');
  if (!(await findAccountView(deps.reader, scope, input.account)))
    throw new DomainError('notFound', 'ACCOUNT', `There is no account ${input.account}.`);
  return previewTariff(deps.database, deps.engine, { ...input, campusId: caller.campus.id });
}
