import type pg from 'pg';

/** An alarm as stored; engine/applyAlarmEvent.ts is the only writer. */
export interface AlarmRow {
  id: number;
  campusId: number;
  rule: string;
  subjectType: string;
  subjectId: number;
  spaceId: number | null;
  priority: 1 | 2 | 3 | 4;
  active: boolean;
  acknowledged: boolean;
  latched: boolean;
  shelvedUntilMs: number | null;
  shelvedBy: string | null;
  shelveReason: string | null;
  suppressedBy: string | null;
  outOfServiceTicket: string | null;
  outOfServiceBy: string | null;
  outOfServiceMs: number | null;
  sinceMs: number;
  raisedMs: number;
  lastMs: number;
  count: number;
  activeSinceMs: number;
  activations: number[];
  chatter: boolean;
  fleeting: boolean;
  offDelayMs: number;
  returnDueMs: number | null;
  announcedMs: number | null;
  acknowledgedBy: string | null;
  acknowledgedMs: number | null;
  returnedMs: number | null;
  endedMs: number | null;
  evidence: Record<string, unknown>;
  escalateDueMs: number | null;
  escalation: number;
}

const MS_FIELDS = [
  'shelvedUntilMs',
  'sinceMs',
  'raisedMs',
  'lastMs',
  'activeSinceMs',
  'acknowledgedMs',
  'returnedMs',
  'endedMs',
  'escalateDueMs',
  'returnDueMs',
  'announcedMs',
  'outOfServiceMs',
  'id',
] as const;

export const ALARM_COLUMNS = `id, campus_id as "campusId", rule, subject_type as "subjectType", subject_id as "subjectId",
  space_id as "spaceId", priority, active, acknowledged, latched, shelved_until_ms as "shelvedUntilMs", shelved_by as "shelvedBy",
  shelve_reason as "shelveReason", suppressed_by as "suppressedBy", out_of_service_ticket as "outOfServiceTicket",
  since_ms as "sinceMs", raised_ms as "raisedMs", last_ms as "lastMs", count, active_since_ms as "activeSinceMs", activations,
  acknowledged_by as "acknowledgedBy", acknowledged_ms as "acknowledgedMs", returned_ms as "returnedMs", ended_ms as "endedMs",
  evidence, escalate_due_ms as "escalateDueMs", escalation, chatter, fleeting, off_delay_ms as "offDelayMs",
  return_due_ms as "returnDueMs", announced_ms as "announcedMs",
  out_of_service_by as "outOfServiceBy", out_of_service_ms as "outOfServiceMs"`;

/** A row selected by `ALARM_COLUMNS` with its instants as numbers. */
export function alarmRowOf(raw: Record<string, unknown>): AlarmRow {
  const row = { ...raw };
  for (const field of MS_FIELDS) row[field] = row[field] === null ? null : Number(row[field]);
  // ALARM_COLUMNS selects exactly the fields of AlarmRow.
  return row as unknown as AlarmRow;
}

/** The open episode of a rule at an object, locked. */
export async function lockOpenAlarm(
  client: pg.ClientBase,
  rule: string,
  subjectType: string,
  subjectId: number,
): Promise<AlarmRow | null> {
  const { rows } = await client.query(
    `select ${ALARM_COLUMNS} from alarm where rule = $1 and subject_type = $2 and subject_id = $3 and ended_ms is null for no key update`,
    [rule, subjectType, subjectId],
  );
  return rows[0] ? alarmRowOf(rows[0]) : null;
}

/** What the newest ended episode of a rule at an object leaves to the next one. */
export type EndedEpisode = Pick<
  AlarmRow,
  | 'id'
  | 'priority'
  | 'activations'
  | 'offDelayMs'
  | 'returnedMs'
  | 'shelvedUntilMs'
  | 'shelvedBy'
  | 'shelveReason'
  | 'outOfServiceTicket'
  | 'outOfServiceBy'
  | 'outOfServiceMs'
>;

/**
 * The open episode of a rule at an object, locked, and what the newest ended one leaves to the next. An episode that somebody else ended
 * while its lock was waited for is the newest ended one.
 */
export async function lockForRaise(
  client: pg.ClientBase,
  rule: string,
  subjectType: string,
  subjectId: number,
): Promise<{ open: AlarmRow | null; last: EndedEpisode | null }> {
  const at = 'from alarm where rule = $1 and subject_type = $2 and subject_id = $3';
  const { rows } = await client.query<Record<string, unknown> & { part: 'OPEN' | 'SEEN' | 'ENDED' }>({
    name: 'lock_for_raise',
    text: `select 'OPEN' as part, * from (select ${ALARM_COLUMNS} ${at} and ended_ms is null for no key update) open
      union all
     select 'SEEN', * from (select ${ALARM_COLUMNS} ${at} and ended_ms is null) seen
      union all
     select 'ENDED', * from (select ${ALARM_COLUMNS} ${at} and ended_ms is not null order by id desc limit 1) ended`,
    values: [rule, subjectType, subjectId],
  });
  const partOf = (wanted: 'OPEN' | 'SEEN' | 'ENDED') => {
    const found = rows.find(({ part }) => part === wanted);
    if (!found) return null;
    const { part: _part, ...row } = found;
    return alarmRowOf(row);
  };
  const open = partOf('OPEN');
  // This statement began before that end: only a new one knows of it.
  if (!open && partOf('SEEN')) return lockForRaise(client, rule, subjectType, subjectId);
  return { open, last: partOf('ENDED') };
}

export async function lockAlarm(client: pg.ClientBase, id: number): Promise<AlarmRow | null> {
  const { rows } = await client.query(`select ${ALARM_COLUMNS} from alarm where id = $1 for no key update`, [
    id,
  ]);
  return rows[0] ? alarmRowOf(rows[0]) : null;
}

/** Takes the overlays off an ended episode: the next one has them now. */
export async function clearOverlays(client: pg.ClientBase, id: number): Promise<void> {
  await client.query('update alarm set shelved_until_ms = null, out_of_service_ticket = null where id = $1', [
    id,
  ]);
}

/** Stores a new episode with the first line of its history; null if another transaction opened the same one first (it has been waited for). */
export async function insertAlarm(
  client: pg.ClientBase,
  a: Omit<AlarmRow, 'id'>,
  raised: Omit<AlarmEventRow, 'alarmId'>,
): Promise<number | null> {
  const { rows } = await client.query<{ id: bigint }>({
    name: 'insert_alarm',
    text: `with made as (insert into alarm (campus_id, rule, subject_type, subject_id, space_id, priority, active, acknowledged, latched,
       suppressed_by, since_ms, raised_ms, last_ms, count, active_since_ms, activations, evidence, escalate_due_ms, escalation,
       shelved_until_ms, shelved_by, shelve_reason, out_of_service_ticket, chatter, fleeting, off_delay_ms, announced_ms,
       out_of_service_by, out_of_service_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
       $26, $27, $28, $29)
     on conflict (rule, subject_type, subject_id) where ended_ms is null do nothing returning id)
     insert into alarm_event (alarm_id, at_ms, event, actor, detail, announced)
     select id, $30, $31, $32, $33, $34 from made returning alarm_id as id`,
    values: [
      a.campusId,
      a.rule,
      a.subjectType,
      a.subjectId,
      a.spaceId,
      a.priority,
      a.active,
      a.acknowledged,
      a.latched,
      a.suppressedBy,
      a.sinceMs,
      a.raisedMs,
      a.lastMs,
      a.count,
      a.activeSinceMs,
      JSON.stringify(a.activations),
      JSON.stringify(a.evidence),
      a.escalateDueMs,
      a.escalation,
      a.shelvedUntilMs,
      a.shelvedBy,
      a.shelveReason,
      a.outOfServiceTicket,
      a.chatter,
      a.fleeting,
      a.offDelayMs,
      a.announcedMs,
      a.outOfServiceBy,
      a.outOfServiceMs,
      raised.atMs,
      raised.event,
      raised.actor,
      raised.detail === undefined ? null : JSON.stringify(raised.detail),
      raised.announced ?? false,
    ],
  });
  return rows[0] ? Number(rows[0].id) : null;
}

export async function updateAlarm(client: pg.ClientBase, a: AlarmRow): Promise<void> {
  await client.query(
    `update alarm set active = $2, acknowledged = $3, latched = $4, shelved_until_ms = $5, shelved_by = $6, shelve_reason = $7,
       suppressed_by = $8, out_of_service_ticket = $9, last_ms = $10, count = $11, active_since_ms = $12, activations = $13,
       acknowledged_by = $14, acknowledged_ms = $15, returned_ms = $16, ended_ms = $17, evidence = $18, escalate_due_ms = $19,
       escalation = $20, priority = $21, chatter = $22, fleeting = $23, off_delay_ms = $24, return_due_ms = $25,
       announced_ms = $26, out_of_service_by = $27, out_of_service_ms = $28 where id = $1`,
    [
      a.id,
      a.active,
      a.acknowledged,
      a.latched,
      a.shelvedUntilMs,
      a.shelvedBy,
      a.shelveReason,
      a.suppressedBy,
      a.outOfServiceTicket,
      a.lastMs,
      a.count,
      a.activeSinceMs,
      JSON.stringify(a.activations),
      a.acknowledgedBy,
      a.acknowledgedMs,
      a.returnedMs,
      a.endedMs,
      JSON.stringify(a.evidence),
      a.escalateDueMs,
      a.escalation,
      a.priority,
      a.chatter,
      a.fleeting,
      a.offDelayMs,
      a.returnDueMs,
      a.announcedMs,
      a.outOfServiceBy,
      a.outOfServiceMs,
    ],
  );
}

/** A line of an alarm's history; `announced` where people were told by it. */
export interface AlarmEventRow {
  alarmId: number;
  atMs: number;
  event: string;
  actor: string;
  detail?: object;
  announced?: boolean;
}

export async function insertAlarmEvent(client: pg.ClientBase, e: AlarmEventRow): Promise<void> {
  await client.query(
    'insert into alarm_event (alarm_id, at_ms, event, actor, detail, announced) values ($1, $2, $3, $4, $5, $6)',
    [
      e.alarmId,
      e.atMs,
      e.event,
      e.actor,
      e.detail === undefined ? null : JSON.stringify(e.detail),
      e.announced ?? false,
    ],
  );
}

/** What the clock is to do with an alarm. */
export interface DueAlarmRow {
  id: number;
  campusId: number;
  shelvedUntilMs: number | null;
  escalateDueMs: number | null;
  returnDueMs: number | null;
}

/** Alarms whose shelving ran out, whose escalation is due or whose added off-delay is over. */
export async function alarmsDue(client: pg.ClientBase | pg.Pool, nowMs: number): Promise<DueAlarmRow[]> {
  const columns = `id::float8 as id, campus_id as "campusId", shelved_until_ms::float8 as "shelvedUntilMs",
    escalate_due_ms::float8 as "escalateDueMs", return_due_ms::float8 as "returnDueMs"`;
  const { rows } = await client.query<DueAlarmRow>(
    `select ${columns} from alarm where ended_ms is null and (escalate_due_ms <= $1 or return_due_ms <= $1)
      union select ${columns} from alarm where shelved_until_ms <= $1 order by id limit 500`,
    [nowMs],
  );
  return rows;
}

/** Alarms that a maintenance tag suppressed at points where none hangs any more. */
export async function alarmsOfGoneTags(
  client: pg.ClientBase | pg.Pool,
): Promise<{ id: number; campusId: number }[]> {
  const { rows } = await client.query<{ id: number; campusId: number }>(
    `select a.id::float8 as id, a.campus_id as "campusId" from alarm a
      where a.ended_ms is null and a.suppressed_by like 'tag:%'
        and not exists (select 1 from supply_state s where s.point_id = a.subject_id and s.tags <> '[]') order by a.id`,
  );
  return rows;
}

/** Whether the newest verdict that tells, given at `sinceMs` or later, found an alarm to be wrong; null: none was given. */
export async function refutedSince(
  client: pg.ClientBase,
  alarmId: number,
  sinceMs: number,
): Promise<boolean | null> {
  const { rows } = await client.query<{ refuted: boolean }>(
    `select detail->>'verdict' in ('FALSE', 'NUISANCE') as refuted from alarm_event
      where alarm_id = $1 and event = 'VERDICT' and at_ms >= $2 and detail->>'verdict' <> 'UNCLEAR' order by id desc limit 1`,
    [alarmId, sinceMs],
  );
  return rows[0]?.refuted ?? null;
}

/** Sign-in name of whom an alarm was given to last; null: nobody. */
export async function alarmOwnerCode(client: pg.ClientBase, alarmId: number): Promise<string | null> {
  const { rows } = await client.query<{ code: string }>(
    `select detail->>'to' as code from alarm_event where alarm_id = $1 and event = 'ASSIGN' order by id desc limit 1`,
    [alarmId],
  );
  return rows[0]?.code ?? null;
}
