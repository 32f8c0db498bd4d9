import { type SQL, sql } from 'drizzle-orm';
import type pg from 'pg';
import type { DeclaredPeriod } from '../../domain/supply/noCutPeriods';
import { selectRows } from './rows';
import type { Source } from './scope';

/** A time without cuts for credit as it was declared. */
export interface NoCutDeclaration {
  readonly id: number;
  /** Policy that it holds for; null: all of the campus. */
  readonly policyCode: string | null;
  readonly kind: DeclaredPeriod['kind'];
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
  readonly declaredBy: string;
  readonly declaredMs: number;
  readonly endedBy: string | null;
  readonly endedMs: number | null;
}

const DECLARATION = `id, policy_code as "policyCode", kind::text as kind, from_ms::float8 as "fromMs", to_ms::float8 as "toMs",
  reason, declared_by as "declaredBy", declared_ms::float8 as "declaredMs", ended_by as "endedBy", ended_ms::float8 as "endedMs"`;

/** Declarations of a campus that have not ended at `nowMs`, in order of their start; all with `nowMs` 0. */
export async function listNoCutDeclarations(
  source: Source,
  campusId: number,
  nowMs: number,
): Promise<NoCutDeclaration[]> {
  return selectRows<NoCutDeclaration>(
    source,
    sql`select ${sql.raw(DECLARATION)} from no_cut_declaration
         where campus_id = ${campusId} and to_ms > ${nowMs}::bigint order by from_ms, id`,
  );
}

/** The declared times of a policy as a JSON column, in the shape of `DeclaredPeriod`. */
export function declaredFor(campusId: SQL, policyCode: SQL): SQL {
  return sql`(select coalesce(jsonb_agg(jsonb_build_object('kind', d.kind, 'from', d.from_ms, 'to', d.to_ms)), '[]'::jsonb)
    from no_cut_declaration d where d.campus_id = ${campusId} and d.to_ms > d.from_ms
     and (d.policy_code is null or d.policy_code = ${policyCode}))`;
}

/** One declaration, locked; null if the campus has none of this id. */
export async function lockNoCutDeclaration(
  client: pg.ClientBase,
  campusId: number,
  id: number,
): Promise<NoCutDeclaration | null> {
  const { rows } = await client.query<NoCutDeclaration>(
    `select ${DECLARATION} from no_cut_declaration where campus_id = $1 and id = $2 for update`,
    [campusId, id],
  );
  return rows[0] ?? null;
}

export async function insertNoCutDeclaration(
  client: pg.ClientBase,
  campusId: number,
  row: Omit<NoCutDeclaration, 'id' | 'endedBy' | 'endedMs'>,
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into no_cut_declaration (campus_id, policy_code, kind, from_ms, to_ms, reason, declared_by, declared_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    [campusId, row.policyCode, row.kind, row.fromMs, row.toMs, row.reason, row.declaredBy, row.declaredMs],
  );
  return rows[0]!.id;
}

/** Ends a declaration at an instant before its end; one that has not begun ends where it would have begun. */
export async function endNoCutDeclaration(
  client: pg.ClientBase,
  id: number,
  by: string,
  nowMs: number,
): Promise<void> {
  await client.query(
    'update no_cut_declaration set to_ms = greatest(from_ms, $3), ended_by = $2, ended_ms = $3 where id = $1',
    [id, by, nowMs],
  );
}
