import type pg from 'pg';
import type { CommandState } from '../../domain/supply/commandMachine';

/** Why a point must be off, by reason code. */
export type StoredReasons = Record<
  string,
  {
    sinceMs: number;
    by: string;
    cause?: string;
    note?: string;
    /** Only staff may clear it, however few confirmations there were. */
    staffOnly?: boolean;
    /** The one alarm that tripped it; absent: none, or several did. */
    alarmId?: number;
    /** Staff found that alarm to be wrong. */
    refuted?: boolean;
    /** Whose credit decides, for ARREARS. */
    accountId?: number;
  }
>;

/** Wanted and observed supply of a point, locked. */
export interface SupplyRow {
  pointId: number;
  reasons: StoredReasons;
  tags: { by: string; sinceMs: number; note: string }[];
  observed: 'CLOSED' | 'OPEN' | 'UNKNOWN';
  observedMs: number | null;
  changedMs: number | null;
  operationsMs: number[];
  retryDueMs: number | null;
  attempts: number;
  /** What kept the reconciler from closing the difference when it last tried. */
  refusal: { reason: string; atMs: number } | null;
}

interface RawSupply extends Omit<SupplyRow, 'observedMs' | 'changedMs' | 'retryDueMs'> {
  observedMs: bigint | null;
  changedMs: bigint | null;
  retryDueMs: bigint | null;
}

const numberOrNull = (value: bigint | null): number | null => (value === null ? null : Number(value));

const SUPPLY = `point_id as "pointId", reasons, tags, observed, observed_ms as "observedMs", changed_ms as "changedMs",
  operations_ms as "operationsMs", retry_due_ms as "retryDueMs", attempts, refusal`;

function supplyOf(row: RawSupply): SupplyRow {
  return {
    ...row,
    observedMs: numberOrNull(row.observedMs),
    changedMs: numberOrNull(row.changedMs),
    retryDueMs: numberOrNull(row.retryDueMs),
  };
}

/** Locks points' supply rows in id order (after accounts and meters); makes rows that do not exist yet. */
export async function lockSupply(
  client: pg.ClientBase,
  pointIds: readonly number[],
): Promise<Map<number, SupplyRow>> {
  if (pointIds.length === 0) return new Map();
  const query = `select ${SUPPLY} from supply_state where point_id = any($1::int[]) order by point_id for no key update`;
  let { rows } = await client.query<RawSupply>(query, [pointIds]);
  if (rows.length < new Set(pointIds).size) {
    await client.query(
      `insert into supply_state (point_id, reasons, tags, operations_ms)
       select p, '{}', '[]', '[]' from unnest($1::int[]) as p order by p on conflict do nothing`,
      [pointIds],
    );
    ({ rows } = await client.query<RawSupply>(query, [pointIds]));
  }
  return new Map(rows.map((r) => [r.pointId, supplyOf(r)]));
}

export async function updateSupply(client: pg.ClientBase, rows: readonly SupplyRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query({
    name: 'update_supply',
    text: `update supply_state s set reasons = u.reasons::jsonb, tags = u.tags::jsonb, observed = u.observed::observed_supply,
            observed_ms = u.observed_ms, changed_ms = u.changed_ms, operations_ms = u.operations::jsonb,
            retry_due_ms = u.retry, attempts = u.attempts, refusal = u.refusal::jsonb
       from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::bigint[], $9::int[],
                   $10::text[])
              as u(point_id, reasons, tags, observed, observed_ms, changed_ms, operations, retry, attempts, refusal)
      where s.point_id = u.point_id`,
    values: [
      rows.map((r) => r.pointId),
      rows.map((r) => JSON.stringify(r.reasons)),
      rows.map((r) => JSON.stringify(r.tags)),
      rows.map((r) => r.observed),
      rows.map((r) => r.observedMs),
      rows.map((r) => r.changedMs),
      rows.map((r) => JSON.stringify(r.operationsMs)),
      rows.map((r) => r.retryDueMs),
      rows.map((r) => r.attempts),
      rows.map((r) => (r.refusal === null ? null : JSON.stringify(r.refusal))),
    ],
  });
}

/** A command as stored. */
export interface CommandRow {
  id: string;
  campusId: number;
  pointId: number;
  meterId: number;
  op: string;
  args: Record<string, unknown>;
  state: CommandState;
  cause: string;
  why: string;
  actor: string;
  automatic: boolean;
  createdMs: number;
  notBeforeMs: number;
  expiresMs: number;
  issuedMs: number | null;
  sentMs: number | null;
  sends: number;
  acceptedMs: number | null;
  executedMs: number | null;
  finishedMs: number | null;
  dueMs: number | null;
  resultCode: string | null;
  observed: Record<string, unknown> | null;
  originId: string | null;
}

const MS_FIELDS = [
  'createdMs',
  'notBeforeMs',
  'expiresMs',
  'issuedMs',
  'sentMs',
  'acceptedMs',
  'executedMs',
  'finishedMs',
  'dueMs',
] as const;

const COMMAND = `id, campus_id as "campusId", point_id as "pointId", meter_id as "meterId", op, args, state, cause, why, actor,
  automatic, created_ms as "createdMs", not_before_ms as "notBeforeMs", expires_ms as "expiresMs", issued_ms as "issuedMs",
  sent_ms as "sentMs", sends, accepted_ms as "acceptedMs", executed_ms as "executedMs", finished_ms as "finishedMs",
  due_ms as "dueMs", result_code as "resultCode", observed, origin_id as "originId"`;

function commandOf(raw: Record<string, unknown>): CommandRow {
  const row = { ...raw };
  for (const field of MS_FIELDS) row[field] = row[field] === null ? null : Number(row[field]);
  // The columns above are exactly the fields of CommandRow.
  return row as unknown as CommandRow;
}

/** Stores a command with the first line of its history. */
export async function insertCommand(
  client: pg.ClientBase,
  c: CommandRow,
  created: { readonly detail: object },
): Promise<void> {
  await client.query({
    name: 'insert_command',
    text: `with made as (insert into command (id, campus_id, point_id, meter_id, op, args, state, cause, why, actor, automatic, created_ms,
       not_before_ms, expires_ms, due_ms, origin_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16))
     insert into command_event (command_id, at_ms, event, from_state, to_state, actor, detail)
     values ($1, $12, 'CREATE', null, $7, $10, $17)`,
    values: [
      c.id,
      c.campusId,
      c.pointId,
      c.meterId,
      c.op,
      JSON.stringify(c.args),
      c.state,
      c.cause,
      c.why,
      c.actor,
      c.automatic,
      c.createdMs,
      c.notBeforeMs,
      c.expiresMs,
      c.dueMs,
      c.originId,
      JSON.stringify(created.detail),
    ],
  });
}

export async function updateCommand(client: pg.ClientBase, c: CommandRow): Promise<void> {
  await client.query({
    name: 'update_command',
    text: `update command set state = $2, issued_ms = $3, sent_ms = $4, sends = $5, accepted_ms = $6, executed_ms = $7,
       finished_ms = $8, due_ms = $9, result_code = $10, observed = $11, not_before_ms = $12, expires_ms = $13 where id = $1`,
    values: [
      c.id,
      c.state,
      c.issuedMs,
      c.sentMs,
      c.sends,
      c.acceptedMs,
      c.executedMs,
      c.finishedMs,
      c.dueMs,
      c.resultCode,
      c.observed === null ? null : JSON.stringify(c.observed),
      c.notBeforeMs,
      c.expiresMs,
    ],
  });
}

export async function insertCommandEvent(
  client: pg.ClientBase,
  e: {
    commandId: string;
    atMs: number;
    event: string;
    fromState: string | null;
    toState: string;
    actor: string;
    detail?: object;
  },
): Promise<void> {
  await client.query({
    name: 'insert_command_event',
    text: 'insert into command_event (command_id, at_ms, event, from_state, to_state, actor, detail) values ($1, $2, $3, $4, $5, $6, $7)',
    values: [
      e.commandId,
      e.atMs,
      e.event,
      e.fromState,
      e.toState,
      e.actor,
      e.detail === undefined ? null : JSON.stringify(e.detail),
    ],
  });
}

/** Commands of these points that still act, oldest first. The points' locks are held. */
export async function liveCommandsOf(
  client: pg.ClientBase,
  pointIds: readonly number[],
): Promise<CommandRow[]> {
  if (pointIds.length === 0) return [];
  const { rows } = await client.query({
    name: 'live_commands_of',
    text: `select ${COMMAND} from command where finished_ms is null and point_id = any($1::int[]) order by created_ms, id for no key update`,
    values: [pointIds],
  });
  return rows.map(commandOf);
}

/** One command, locked; null if there is none. */
export async function lockCommand(client: pg.ClientBase, id: string): Promise<CommandRow | null> {
  const { rows } = await client.query(`select ${COMMAND} from command where id = $1 for no key update`, [id]);
  return rows[0] ? commandOf(rows[0]) : null;
}

/** The reasons that were cleared when a restore was made; null where none are known. */
export async function clearedFor(client: pg.ClientBase, commandId: string): Promise<StoredReasons | null> {
  const { rows } = await client.query<{ cleared: StoredReasons | null }>(
    "select detail->'cleared' as cleared from command_event where command_id = $1 and event = 'CREATE'",
    [commandId],
  );
  const cleared = rows[0]?.cleared ?? null;
  return cleared && Object.keys(cleared).length > 0 ? cleared : null;
}

/** What of a command never changes, for taking the locks in order before the command itself. */
export interface CommandPlace {
  readonly pointId: number;
  readonly meterId: number;
  readonly campusId: number;
  readonly op: string;
  readonly cause: string;
}

const PLACE = 'point_id as "pointId", meter_id as "meterId", campus_id as "campusId", op, cause';

export async function commandPlace(
  client: pg.ClientBase | pg.Pool,
  id: string,
): Promise<CommandPlace | null> {
  const { rows } = await client.query<CommandPlace>(`select ${PLACE} from command where id = $1`, [id]);
  return rows[0] ?? null;
}

/** A command that may go out now, with where it goes. */
export interface OutgoingCommand extends CommandRow {
  site: string;
  nodeKind: 'GATEWAY' | 'METER';
  nodeCode: string;
  meterCode: string;
  utility: 'ELECTRICITY' | 'WATER' | 'GAS';
  profile: string;
  /** Null: no credential was made for the node, so nothing can be signed. */
  signingKey: string | null;
}

const OUTGOING = `select ${COMMAND.split(',')
  .map((column) => `c.${column.trim()}`)
  .join(', ')}, k.code as site, case when g.id is null then 'METER' else 'GATEWAY' end as "nodeKind",
    coalesce(g.code, m.code) as "nodeCode", m.code as "meterCode", m.utility, m.profile,
    (select r.signing_key from credential r where r.campus_id = c.campus_id and r.code = coalesce(g.code, m.code)
        and r.revoked_at is null order by r.id desc limit 1) as "signingKey"
  from command c join campus k on k.id = c.campus_id join meter m on m.id = c.meter_id left join gateway g on g.id = m.gateway_id`;

function outgoingOf(row: Record<string, unknown>): OutgoingCommand {
  // OUTGOING selects the fields of CommandRow and these.
  return commandOf(row) as OutgoingCommand;
}

/** Commands to publish now, oldest first: queued ones whose time has come, and published ones due for a resend. */
export async function outgoingCommands(
  pool: pg.Pool,
  nowMs: number,
  limit: number,
): Promise<OutgoingCommand[]> {
  const { rows } = await pool.query(
    `${OUTGOING} where c.finished_ms is null and c.expires_ms > $1
        and ((c.state = 'QUEUED' and c.not_before_ms <= $1) or (c.state in ('SENT', 'ACCEPTED') and c.due_ms <= $1))
      order by c.created_ms, c.id limit $2`,
    [nowMs, limit],
  );
  return rows.map(outgoingOf);
}

/** One command with where it goes; the command row is locked. */
export async function lockOutgoing(client: pg.ClientBase, id: string): Promise<OutgoingCommand | null> {
  const { rows } = await client.query({
    name: 'lock_outgoing',
    text: `${OUTGOING} where c.id = $1 for no key update of c`,
    values: [id],
  });
  return rows[0] ? outgoingOf(rows[0]) : null;
}

/**
 * Writes down that a command is about to go out, in a commit of its own and before anything is published: what happens to the
 * publish or to the transaction around it, from now on the command may have reached its meter.
 * @returns what of it never changes, and `attempt`: null where it may not go out now, else whether this is the first time; null: there is no such command
 */
export async function noteAttempt(
  pool: pg.Pool,
  id: string,
  nowMs: number,
): Promise<{ place: CommandPlace; attempt: { first: boolean } | null } | null> {
  const { rows } = await pool.query<CommandPlace & { first: boolean | null }>({
    name: 'note_attempt',
    text: `with was as (select ${PLACE}, id, issued_ms from command where id = $1 for no key update),
     noted as (
       update command c set issued_ms = coalesce(c.issued_ms, $2) from was
        where c.id = was.id and c.finished_ms is null and c.expires_ms > $2 and (c.state <> 'QUEUED' or c.not_before_ms <= $2)
        returning was.issued_ms is null as first)
     select "pointId", "meterId", "campusId", op, cause, (select first from noted) as first from was`,
    values: [id, nowMs],
  });
  if (!rows[0]) return null;
  const { first, ...place } = rows[0];
  return { place, attempt: first === null ? null : { first } };
}

/** Ids of live commands at which something is due: resend, timeout, proof window, expiry. */
export async function dueCommandIds(pool: pg.Pool, nowMs: number, limit: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from command where finished_ms is null and due_ms <= $1 order by due_ms limit $2`,
    [nowMs, limit],
  );
  return rows.map((r) => r.id);
}

/** Points whose open difference may be tried again. */
export async function supplyRetriesDue(pool: pg.Pool, nowMs: number): Promise<number[]> {
  const { rows } = await pool.query<{ pointId: number }>(
    'select point_id as "pointId" from supply_state where retry_due_ms <= $1 order by point_id',
    [nowMs],
  );
  return rows.map((r) => r.pointId);
}

/** Who has the control panel of a point open; null if nobody (or the lease ran out). */
export async function leaseOf(
  client: pg.ClientBase | pg.Pool,
  pointId: number,
  nowMs: number,
): Promise<{ userId: number; userName: string; untilMs: number } | null> {
  const { rows } = await client.query<{ userId: number; userName: string; untilMs: bigint }>(
    'select user_id as "userId", user_name as "userName", until_ms as "untilMs" from control_lease where point_id = $1 and until_ms > $2',
    [pointId, nowMs],
  );
  const row = rows[0];
  return row ? { ...row, untilMs: Number(row.untilMs) } : null;
}

/** Takes or renews the lease; false if another person holds it. */
export async function takeLease(
  client: pg.ClientBase | pg.Pool,
  lease: { pointId: number; userId: number; userName: string; untilMs: number; nowMs: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into control_lease as l (point_id, user_id, user_name, until_ms) values ($1, $2, $3, $4)
     on conflict (point_id) do update set user_id = excluded.user_id, user_name = excluded.user_name, until_ms = excluded.until_ms
      where l.user_id = excluded.user_id or l.until_ms <= $5`,
    [lease.pointId, lease.userId, lease.userName, lease.untilMs, lease.nowMs],
  );
  return rowCount === 1;
}

export async function dropLease(
  client: pg.ClientBase | pg.Pool,
  pointId: number,
  userId: number,
): Promise<void> {
  await client.query('delete from control_lease where point_id = $1 and user_id = $2', [pointId, userId]);
}
