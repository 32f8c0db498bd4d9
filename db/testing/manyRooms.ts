import type { TestCampus } from './factories';

export interface ManyRooms {
  readonly count: number;
  readonly metersEach: number;
  readonly tariffId: number;
  readonly policy?: string;
  readonly imaxA?: number;
  readonly modulusMicro?: bigint;
}

export interface ManyRoom {
  readonly id: number;
  readonly code: string;
  readonly meterCodes: readonly string[];
}

let made = 0;

/** Accounts with electricity meters of their own, all in a few statements: for tests that need hundreds of them. */
export async function makeManyRooms(campus: TestCampus, rooms: ManyRooms): Promise<ManyRoom[]> {
  const q = campus.database.pool;
  const prefix = `R${++made}x`;
  const { rows } = await q.query<{ id: number; code: string }>(
    `insert into account (campus_id, code, kind, policy_code, space_id)
     select $1::int, $2::text || g, 'ROOM', $3::text, $4::int from generate_series(1, $5::int) g returning id, code`,
    [campus.id, prefix, rooms.policy ?? 'DEFAULT', campus.rootSpaceId, rooms.count],
  );
  const ids = rows.map(({ id }) => id);
  await q.query(
    `insert into ledger_account (campus_id, name, currency, account_id, bucket, balance_micro, account_seq)
     select a.campus_id, 'cust:' || a.code || ':' || lower(b), 'CNY', a.id, b, 0, 0
       from account a cross join unnest(array['CASH', 'GIFT', 'EC', 'ARREARS']) b where a.id = any($1)`,
    [ids],
  );
  await q.query(
    `insert into account_tariff (account_id, utility, tariff_id, valid_from)
     select unnest($1::int[]), 'ELECTRICITY', $2::int, $3::timestamptz`,
    [ids, rooms.tariffId, campus.since],
  );
  await q.query(
    `insert into meter_point (campus_id, space_id, code, utility, role, overload_action, protection)
     select $1::int, $2::int, 'P-' || a.code || '-' || w, 'ELECTRICITY', 'CUSTOMER', 'TRIP', 'NONE'
       from account a cross join generate_series(1, $4::int) w where a.id = any($3) order by a.id, w`,
    [campus.id, campus.rootSpaceId, ids, rooms.metersEach],
  );
  await q.query(
    `insert into meter (campus_id, code, serial, utility, phases, ratio_micro, register_decimals, imax_a, qmax_m3h, interval_s,
       modulus_micro)
     select $1::int, a.code || '-' || w, a.code || '-' || w, 'ELECTRICITY', 1, 1000000, 3, $4::float8, 5, 60,
            $5::bigint
       from account a cross join generate_series(1, $3::int) w where a.id = any($2) order by a.id, w`,
    [campus.id, ids, rooms.metersEach, rooms.imaxA ?? 60, rooms.modulusMicro ?? null],
  );
  const pairs = `account a cross join generate_series(1, $2::int) w
       join meter_point p on p.campus_id = a.campus_id and p.code = 'P-' || a.code || '-' || w where a.id = any($1)`;
  await q.query(
    `insert into meter_install (point_id, meter_id, valid_from)
     select p.id, (select m.id from meter m where m.campus_id = a.campus_id and m.code = a.code || '-' || w), $3::timestamptz
       from ${pairs}`,
    [ids, rooms.metersEach, campus.since],
  );
  await q.query(
    `insert into account_point (account_id, point_id, valid_from) select a.id, p.id, $3::timestamptz from ${pairs}`,
    [ids, rooms.metersEach, campus.since],
  );
  await campus.changed();
  return rows.map(({ id, code }) => ({
    id,
    code,
    meterCodes: Array.from({ length: rooms.metersEach }, (_, i) => `${code}-${i + 1}`),
  }));
}
