import type pg from 'pg';

/** What an external broker must know of one gateway or direct meter. */
export interface BrokerAccount {
  /** Code of the campus, second level of its topics. */
  site: string;
  kind: 'GATEWAY' | 'METER';
  code: string;
  /** In the form of Mosquitto's password file. */
  passwordHash: string;
  /** Payload dialect of a meter and its options; a gateway speaks the native one. */
  profile: string;
  profileOptions: Record<string, string | number | boolean> | null;
}

/** Every gateway and direct meter with a credential that is not revoked; of several, the newest counts. */
export async function listBrokerAccounts(client: pg.ClientBase | pg.Pool): Promise<BrokerAccount[]> {
  const { rows } = await client.query<BrokerAccount>(
    `select distinct on (c.campus_id, c.code)
            k.code as site,
            case when g.id is null then 'METER' else 'GATEWAY' end as kind,
            c.code,
            c.password_hash as "passwordHash",
            coalesce(m.profile, 'native') as profile,
            m.profile_options as "profileOptions"
       from credential c
       join campus k on k.id = c.campus_id
       left join gateway g on g.campus_id = c.campus_id and g.code = c.code
       left join meter m on m.campus_id = c.campus_id and m.code = c.code and g.id is null
      where c.revoked_at is null and (g.id is not null or m.id is not null)
      order by c.campus_id, c.code, c.created_at desc, c.id desc`,
  );
  return rows;
}
