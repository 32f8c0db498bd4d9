/**
 * From when on a meter could have been heard at its point, ms UTC: fitted there, begun to report, and behind the end of a history that
 * was loaded and not received. SQL over `meter` m, its install i and its state st.
 */
export const HEARD_SINCE = `greatest(extract(epoch from i.valid_from) * 1000,
  least(st.first_ms, (select min(e.opened_ms) from register_epoch e where e.meter_id = m.id)),
  coalesce((select (value #>> '{}')::bigint from setting where key = 'loadedUntilMs'), 0))::float8`;
