import { brokenConstraint, withTransaction } from '../../../db/client';
import { addQuotaVersion, findDepartment, listQuotaVersions } from '../../../db/queries/quotaViews';
import { DomainError, invalid } from '../../../domain/errors';
import type { Utility } from '../../../domain/metering/reading';
import { QUOTA_THRESHOLDS_PERCENT } from '../../../domain/network/quota';
import { microFromText, textFromMicro } from '../../../domain/units';
import { type Caller, requirePermission } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { quotaMonth } from './quotaMonth';

/** A quota as a person sets it. */
export interface QuotaChange {
  readonly department: string;
  /** `YYYY-MM`, the running month or a later one. */
  readonly month: string;
  readonly utility: Utility;
  /** kWh or m³ as decimal text, above 0. */
  readonly limit: string;
  /** Why; stands with the version for good. */
  readonly reason: string;
  /** Version that the person saw, 0 for none: a change made meanwhile is not overwritten unseen. */
  readonly seenVersion: number;
}

/** No campus uses more in a month: 10 TWh. */
const LIMIT_MAX_MICRO = 10n ** 16n;

/**
 * Puts a department's quota of a month in force as a new version; older versions stay.
 * @throws DomainError `forbidden`; `notFound`; `invalid` with the field; `refused` `MONTH_ENDED`; `conflict` `QUOTA_CHANGED`
 */
export async function setQuota(
  deps: ServiceDeps,
  caller: Caller,
  change: QuotaChange,
): Promise<{ version: number }> {
  const { scope } = requirePermission(caller, 'SET_QUOTA');
  const { reader, database, engine } = deps;
  const nowMs = engine.clock.now();
  const month = quotaMonth(caller.campus.timeZone, nowMs, change.month);
  if (month.state === 'ENDED')
    throw new DomainError('refused', 'MONTH_ENDED', `${change.month} is over: its quota is history.`);
  const limitMicro = microFromText(change.limit);
  if (limitMicro === null || limitMicro <= 0n || limitMicro > LIMIT_MAX_MICRO)
    throw invalid('/limit', 'QUOTA_LIMIT', 'A quota is a quantity above 0.');
  const reason = change.reason.trim();
  if (reason.length < 3) throw invalid('/reason', 'REASON', 'Say why the quota changes.');
  const department = await findDepartment(reader, scope, change.department);
  if (!department)
    throw new DomainError('notFound', 'DEPARTMENT', `There is no department ${change.department}.`);
  const { utility } = change;
  const campusId = caller.campus.id;
  const version = change.seenVersion + 1;
  try {
    await withTransaction(database, async (tx) => {
      const [newest] = await listQuotaVersions(tx, campusId, {
        utility,
        departmentIds: [department.id],
        fromMonth: month.month,
        toMonth: month.month,
      });
      if ((newest?.version ?? 0) !== change.seenVersion) throw quotaChanged();
      await addQuotaVersion(tx, {
        campusId,
        departmentId: department.id,
        utility,
        month: month.month,
        version,
        limitMicro,
        thresholds: newest?.thresholds ?? QUOTA_THRESHOLDS_PERCENT,
        action: newest?.action ?? 'SOFT',
        setBy: caller.actor,
        setAt: new Date(nowMs),
        reason,
      });
      auditAct(tx, deps, caller, {
        action: 'QUOTA_SET',
        target: `department:${department.code}`,
        ...(newest ? { before: { version: newest.version, limit: textFromMicro(newest.limitMicro) } } : {}),
        after: { month: month.month, utility, version, limit: textFromMicro(limitMicro), reason },
      });
    });
  } catch (error) {
    if (brokenConstraint(error) === 'quota_version') throw quotaChanged();
    throw error;
  }
  return { version };
}

function quotaChanged(): DomainError {
  return new DomainError('conflict', 'QUOTA_CHANGED', 'Somebody else set this quota meanwhile.');
}
