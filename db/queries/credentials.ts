import type pg from 'pg';

/** A credential of a gateway or directly connected meter, as stored. */
export interface CredentialRow {
  readonly passwordHash: string;
  readonly signingKey: string;
}

/** What can have a credential: a gateway, or a meter that no gateway carries. */
export type CredentialHolder = 'GATEWAY' | 'DIRECT_METER' | 'CARRIED_METER';

/** What a code of a campus stands for; null: neither gateway nor meter. */
export async function credentialHolder(
  client: pg.ClientBase,
  campusId: number,
  code: string,
): Promise<CredentialHolder | null> {
  const { rows } = await client.query<{ holder: CredentialHolder }>(
    `select 'GATEWAY' as holder from gateway where campus_id = $1 and code = $2
     union all
     select case when gateway_id is null then 'DIRECT_METER' else 'CARRIED_METER' end
       from meter where campus_id = $1 and code = $2`,
    [campusId, code],
  );
  return rows[0]?.holder ?? null;
}

/** Ends every credential in force of a code. @returns how many there were */
export async function revokeCredentials(
  client: pg.ClientBase,
  campusId: number,
  code: string,
  nowMs: number,
): Promise<number> {
  const { rowCount } = await client.query(
    `update credential set revoked_at = to_timestamp($3::float8 / 1000)
      where campus_id = $1 and code = $2 and revoked_at is null`,
    [campusId, code, nowMs],
  );
  return rowCount ?? 0;
}

export async function insertCredentials(
  client: pg.ClientBase,
  campusId: number,
  rows: readonly (CredentialRow & { code: string })[],
  nowMs: number,
): Promise<void> {
  await client.query(
    `insert into credential (campus_id, code, password_hash, signing_key, created_at)
     select $1, code, hash, key, to_timestamp($5::float8 / 1000)
       from unnest($2::text[], $3::text[], $4::text[]) as x(code, hash, key)`,
    [
      campusId,
      rows.map((row) => row.code),
      rows.map((row) => row.passwordHash),
      rows.map((row) => row.signingKey),
      nowMs,
    ],
  );
}

/** The credential in force of a code, in one campus or (null) wherever the code is known; newest first. */
export async function credentialsInForce(
  client: pg.ClientBase | pg.Pool,
  campusCode: string | null,
  code: string,
): Promise<(CredentialRow & { campusId: number; campusCode: string; kind: 'GATEWAY' | 'METER' })[]> {
  const { rows } = await client.query<
    CredentialRow & { campusId: number; campusCode: string; kind: 'GATEWAY' | 'METER' }
  >(
    `select distinct on (c.campus_id) c.campus_id as "campusId", k.code as "campusCode",
            case when g.id is null then 'METER' else 'GATEWAY' end as kind,
            c.password_hash as "passwordHash", c.signing_key as "signingKey"
       from credential c join campus k on k.id = c.campus_id
       left join gateway g on g.campus_id = c.campus_id and g.code = c.code
      where c.code = $2 and ($1::text is null or k.code = $1) and c.revoked_at is null
      order by c.campus_id, c.id desc`,
    [campusCode, code],
  );
  return rows;
}

/** Gateways and direct meters of a campus that have no credential in force, by code. */
export async function holdersWithoutCredential(client: pg.ClientBase, campusId: number): Promise<string[]> {
  const { rows } = await client.query<{ code: string }>(
    `select h.code from (
       select code from gateway where campus_id = $1
       union all
       select code from meter where campus_id = $1 and gateway_id is null and retired_at is null) h
      where not exists (select 1 from credential c
                         where c.campus_id = $1 and c.code = h.code and c.revoked_at is null)
      order by h.code`,
    [campusId],
  );
  return rows.map((row) => row.code);
}
