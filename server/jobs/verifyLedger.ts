import { withTransaction } from '../../db/client';
import { listCampusIds } from '../../db/queries/jobs';
import { applyAlarmSignal } from '../../engine/applyAlarmEvent';
import { verifyLedger } from '../../engine/verifyLedger';
import type { Job } from './job';

/** Recomputes the ledger daily. What does not hold is a P1 alarm with the first bad id. */
export const verifyLedgerJob: Job = {
  name: 'verifyLedger',
  everyMs: 86_400_000,
  firstAfterMs: 600_000,
  async run({ database, engine, ledgerSigningKey, checkpointDir }) {
    const verdict = await verifyLedger(database, {
      ...(ledgerSigningKey === null ? {} : { signingKey: ledgerSigningKey }),
      ...(checkpointDir === null ? {} : { directory: checkpointDir }),
    });
    const nowMs = engine.clock.now();
    for (const campusId of await listCampusIds(database)) {
      await withTransaction(database, (tx) =>
        applyAlarmSignal(tx, nowMs, {
          rule: 'LEDGER_INVALID',
          subject: { campusId, type: 'SITE', id: campusId, spaceId: null },
          kind: verdict.ok ? 'RETURN' : 'RAISE',
          atMs: nowMs,
          evidence: verdict.ok ? {} : { firstBadId: verdict.firstBadId, problem: verdict.problem },
        }),
      );
    }
  },
};
