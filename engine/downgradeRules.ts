import { type Database, withTransaction } from '../db/client';
import { appendAudit } from '../db/queries/audit';
import { insertNotice } from '../db/queries/notices';
import { type DowngradeCandidate, downgradeCandidates, insertDowngrade } from '../db/queries/ruleDowngrades';
import { countedVerdicts, PRECISION_WINDOW_MS } from '../domain/alarms/alarmVerdict';
import { DOWNGRADABLE_RULES, isWrongTooOften } from '../domain/alarms/downgrade';
import type { EngineContext } from './context';

/**
 * Rules that operators found wrong too often in a building only tell there from now on; whoever tunes rules is told to look.
 * Each is a transaction of its own, and one that stands already is left alone.
 */
export async function downgradeRules(
  database: Database,
  ctx: EngineContext,
): Promise<{ downgraded: number }> {
  const nowMs = ctx.clock.now();
  const candidates = await downgradeCandidates(database, DOWNGRADABLE_RULES, nowMs - PRECISION_WINDOW_MS);
  let downgraded = 0;
  for (const candidate of candidates.filter(isWrongTooOften))
    if (await downgrade(database, candidate, nowMs)) downgraded += 1;
  return { downgraded };
}

async function downgrade(database: Database, candidate: DowngradeCandidate, nowMs: number): Promise<boolean> {
  const { campusId, rule, buildingId, buildingCode, right } = candidate;
  const counted = countedVerdicts(candidate);
  return withTransaction(database, async (tx) => {
    const id = await insertDowngrade(tx.client, {
      campusId,
      rule,
      buildingId,
      sinceMs: nowMs,
      right,
      counted,
    });
    if (id === null) return false;
    const body = { rule, building: buildingCode ?? 'none', right, counted };
    await insertNotice(tx.client, {
      campusId,
      kind: 'RULE_DOWNGRADED',
      accountId: null,
      departmentId: null,
      atMs: nowMs,
      dedupeKey: `downgrade:${id}`,
      body,
    });
    appendAudit(tx, {
      campusId,
      atMs: nowMs,
      actor: 'engine',
      action: 'RULE_DOWNGRADED',
      target: `rule:${rule}`,
      ip: null,
      after: body,
    });
    return true;
  });
}
