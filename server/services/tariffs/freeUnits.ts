import { invalid } from '../../../domain/errors';
import type { Utility } from '../../../domain/metering/reading';
import { microFromText } from '../../../domain/units';
import { decideOnFreeUnits, draftFreeUnits } from '../../../engine/grantFreeUnits';
import { type Caller, requireCampusWide } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';

/** Free units as a person asks for them; quantity in kWh or m³ as decimal text. */
export interface FreeUnitsInput {
  readonly code: string;
  readonly accountCode: string;
  readonly utility: Utility;
  readonly fundCode: string;
  readonly quantity: string;
  readonly perHead: boolean;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly expiresMs: number | null;
  readonly advancesTier: boolean;
  readonly carryOver: boolean;
  readonly note: string;
}

/** @throws DomainError `forbidden`, and as `draftFreeUnits` of the engine */
export async function draftUnits(
  deps: ServiceDeps,
  caller: Caller,
  { quantity, ...input }: FreeUnitsInput,
): Promise<void> {
  requireCampusWide(caller, 'DRAFT_SUBSIDY');
  const quantityMicro = microFromText(quantity);
  if (quantityMicro === null) throw invalid('/quantity', 'AMOUNT', 'Free units are a decimal such as "8".');
  const draft = { ...input, quantityMicro, campusId: caller.campus.id, by: caller.actor };
  await draftFreeUnits(deps.database, deps.engine, draft, (tx) =>
    auditAct(tx, deps, caller, {
      action: 'FREE_UNITS_DRAFTED',
      target: `account:${input.accountCode}`,
      after: {
        code: input.code,
        fund: input.fundCode,
        utility: input.utility,
        quantity,
        perHead: input.perHead,
        note: input.note,
      },
    }),
  );
}

/** @throws DomainError `forbidden`, and as `decideOnFreeUnits` of the engine */
export async function decideUnits(
  deps: ServiceDeps,
  caller: Caller,
  input: { code: string; approve: boolean },
): Promise<void> {
  requireCampusWide(caller, 'APPROVE_SUBSIDY');
  const act = { ...input, campusId: caller.campus.id, by: caller.actor };
  await decideOnFreeUnits(deps.database, deps.engine, act, (tx) =>
    auditAct(tx, deps, caller, {
      action: input.approve ? 'FREE_UNITS_APPROVED' : 'FREE_UNITS_REFUSED',
      target: `entitlement:${input.code}`,
    }),
  );
}
