-- The second wall around what belongs to people: rows of accounts, money, people and commands are given to the role
-- `wattkeep_viewer` only as far as the settings of its transaction reach (db/scopedSource.ts sets both). Without settings
-- it sees nothing. The owner (engine, jobs, migrations) stays unbound: row security is enabled and not forced.
-- Never on the time series: TimescaleDB refuses compression under it.
CREATE FUNCTION scope_campus() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT nullif(current_setting('wattkeep.campus', true), '')::integer
$$;
--> statement-breakpoint
-- People and keys see records; a display sees aggregates, and behind the wall no more than which accounts there are.
CREATE FUNCTION scope_shows_records() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(current_setting('wattkeep.records', true), '') = 'on'
$$;
--> statement-breakpoint
-- The campus where all of it is in reach, else null: the short way by which most rows of campus-wide readers are decided.
CREATE FUNCTION scope_whole_campus() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN current_setting('wattkeep.campus_wide', true) = 'on' THEN nullif(current_setting('wattkeep.campus', true), '')::integer END
$$;
--> statement-breakpoint
CREATE FUNCTION scope_person() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT nullif(current_setting('wattkeep.person', true), '')::integer
$$;
--> statement-breakpoint
CREATE FUNCTION scope_at() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT to_timestamp(nullif(current_setting('wattkeep.at_ms', true), '')::float8 / 1000)
$$;
--> statement-breakpoint
-- Roots of a reach: `wattkeep.spaces` or `wattkeep.departments`.
CREATE FUNCTION scope_roots(setting text) RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(nullif(current_setting(setting, true), ''), '{}')::integer[]
$$;
--> statement-breakpoint
-- What lies within a limited reach. These run as the owner, so that a policy may ask tables that are walled themselves, and
-- answer from the settings alone. Policies take them as sets, which a statement builds once.
CREATE FUNCTION scope_spaces() RETURNS SETOF integer
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 200 SET search_path = public, pg_temp AS $$
  SELECT s.id FROM space s
   WHERE s.path && scope_roots('wattkeep.spaces') AND s.campus_id = scope_campus()
  UNION
  SELECT s.id FROM department d
    JOIN department_assignment da ON da.department_id = d.id AND da.space_id IS NOT NULL
    JOIN space s ON s.path && ARRAY[da.space_id]
   WHERE d.path && scope_roots('wattkeep.departments') AND d.campus_id = scope_campus()
     AND da.valid_from <= scope_at() AND (da.valid_to IS NULL OR da.valid_to > scope_at())
  UNION
  SELECT a.space_id FROM occupancy o JOIN account a ON a.id = o.account_id
   WHERE o.person_id = scope_person() AND a.space_id IS NOT NULL AND a.campus_id = scope_campus()
     AND o.valid_from <= scope_at() AND (o.valid_to IS NULL OR o.valid_to > scope_at())
$$;
--> statement-breakpoint
CREATE FUNCTION scope_departments() RETURNS SETOF integer
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
  SELECT d.id FROM department d
   WHERE d.path && scope_roots('wattkeep.departments') AND d.campus_id = scope_campus()
$$;
--> statement-breakpoint
CREATE FUNCTION scope_points() RETURNS SETOF integer
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 200 SET search_path = public, pg_temp AS $$
  SELECT p.id FROM meter_point p WHERE p.space_id IN (SELECT x FROM scope_spaces() x)
  UNION
  SELECT da.point_id FROM department_assignment da
   WHERE da.point_id IS NOT NULL AND da.department_id IN (SELECT x FROM scope_departments() x)
     AND da.valid_from <= scope_at() AND (da.valid_to IS NULL OR da.valid_to > scope_at())
$$;
--> statement-breakpoint
CREATE FUNCTION scope_accounts() RETURNS SETOF integer
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 200 SET search_path = public, pg_temp AS $$
  SELECT a.id FROM account a WHERE a.space_id IN (SELECT x FROM scope_spaces() x)
  UNION
  SELECT a.id FROM account a WHERE a.department_id IN (SELECT x FROM scope_departments() x)
$$;
--> statement-breakpoint
-- Wardens of the places in reach: whom to call about a building is told with its alarms.
CREATE FUNCTION scope_wardens() RETURNS SETOF integer
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10 SET search_path = public, pg_temp AS $$
  SELECT u.person_id FROM role_binding b JOIN app_user u ON u.id = b.user_id
   WHERE b.role = 'WARDEN' AND u.person_id IS NOT NULL AND u.campus_id = scope_campus()
     AND b.space_id IN (SELECT unnest(s.path) FROM space s WHERE s.id IN (SELECT x FROM scope_spaces() x))
$$;
--> statement-breakpoint
-- Whether one of these accounts has a part in a transaction: its other halves belong to the proof.
CREATE FUNCTION scope_has_part(transaction_id bigint, accounts integer[]) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1000 SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM ledger_entry e JOIN ledger_account la ON la.id = e.ledger_account_id
                  WHERE e.tx_id = transaction_id AND la.account_id = ANY (accounts));
END $$;
--> statement-breakpoint
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE stream ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE accrual ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE time_left ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE ledger_account ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE ledger_tx ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE ledger_entry ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE charge ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE payment ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE top_up_latency ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE occupancy ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE person ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE app_user ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE role_binding ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE command ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE command_event ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE control_lease ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE setting ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON account FOR SELECT TO wattkeep_viewer USING (
  campus_id = (SELECT scope_whole_campus()) OR id IN (SELECT x FROM scope_accounts() x));
--> statement-breakpoint
CREATE POLICY scope ON stream FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND EXISTS (SELECT 1 FROM account a WHERE a.id = account_id));
--> statement-breakpoint
CREATE POLICY scope ON accrual FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND EXISTS (SELECT 1 FROM account a WHERE a.id = account_id));
--> statement-breakpoint
CREATE POLICY scope ON time_left FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND EXISTS (SELECT 1 FROM account a WHERE a.id = account_id));
--> statement-breakpoint
CREATE POLICY scope ON notice FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR account_id IN (SELECT x FROM scope_accounts() x) OR department_id IN (SELECT x FROM scope_departments() x)));
--> statement-breakpoint
-- Pots of the system carry a name and no balance; proofs name them.
CREATE POLICY scope ON ledger_account FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR account_id IN (SELECT x FROM scope_accounts() x) OR (account_id IS NULL AND campus_id = (SELECT scope_campus()))));
--> statement-breakpoint
CREATE POLICY scope ON ledger_tx FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR scope_has_part(id, (SELECT array(SELECT x FROM scope_accounts() x)))));
--> statement-breakpoint
CREATE POLICY scope ON ledger_entry FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (
    EXISTS (SELECT 1 FROM ledger_account la WHERE la.id = ledger_account_id
             AND (la.account_id IS NOT NULL OR (SELECT scope_whole_campus()) IS NOT NULL))
    OR scope_has_part(tx_id, (SELECT array(SELECT x FROM scope_accounts() x)))));
--> statement-breakpoint
CREATE POLICY scope ON charge FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR account_id IN (SELECT x FROM scope_accounts() x)));
--> statement-breakpoint
CREATE POLICY scope ON payment FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR account_id IN (SELECT x FROM scope_accounts() x)));
--> statement-breakpoint
CREATE POLICY scope ON top_up_latency FOR SELECT TO wattkeep_viewer USING (
  EXISTS (SELECT 1 FROM payment y WHERE y.id = payment_id));
--> statement-breakpoint
-- A resident sees who lives with them, not who lived there before.
CREATE POLICY scope ON occupancy FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (person_id = (SELECT scope_person())
    OR (((SELECT scope_person()) IS NULL OR (SELECT scope_whole_campus()) IS NOT NULL
         OR (valid_from <= (SELECT scope_at()) AND (valid_to IS NULL OR valid_to > (SELECT scope_at()))))
        AND EXISTS (SELECT 1 FROM account a WHERE a.id = account_id))));
--> statement-breakpoint
CREATE POLICY scope ON person FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus()) OR id = (SELECT scope_person())
    OR EXISTS (SELECT 1 FROM occupancy o WHERE o.person_id = person.id)
    OR id IN (SELECT x FROM scope_wardens() x)));
--> statement-breakpoint
-- Names of those who act are shown beside their acts all over the campus; secrets of sign-ins are not granted at all.
CREATE POLICY scope ON app_user FOR SELECT TO wattkeep_viewer USING (campus_id = (SELECT scope_campus()));
--> statement-breakpoint
CREATE POLICY scope ON role_binding FOR SELECT TO wattkeep_viewer USING (
  EXISTS (SELECT 1 FROM app_user u WHERE u.id = user_id));
--> statement-breakpoint
CREATE POLICY scope ON command FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR point_id IN (SELECT x FROM scope_points() x)));
--> statement-breakpoint
CREATE POLICY scope ON command_event FOR SELECT TO wattkeep_viewer USING (
  EXISTS (SELECT 1 FROM command c WHERE c.id = command_id));
--> statement-breakpoint
CREATE POLICY scope ON control_lease FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (point_id IN (SELECT x FROM scope_points() x)
    OR EXISTS (SELECT 1 FROM meter_point p WHERE p.id = point_id AND p.campus_id = (SELECT scope_whole_campus()))));
--> statement-breakpoint
-- The rest of this table is keys of the installation.
CREATE POLICY history ON setting FOR SELECT TO wattkeep_viewer USING (key = 'loadedUntilMs');
--> statement-breakpoint
-- A view asks as its owner unless told otherwise, and would be a hole in the wall.
ALTER VIEW account_balance SET (security_invoker = true);
--> statement-breakpoint
-- A later table is closed until its own migration grants it; server/auth/secondWall.db.test.ts lists what is open.
GRANT SELECT ON account, account_balance, stream, accrual, time_left, notice, ledger_account, ledger_tx, ledger_entry, charge,
  payment, top_up_latency, occupancy, person, role_binding, command, command_event, control_lease, setting
  TO wattkeep_viewer;
--> statement-breakpoint
GRANT SELECT ON account_point, account_tariff, alarm, alarm_event, calendar, campus, department, department_assignment,
  feeder_link, gateway, job_run, ledger_checkpoint, meter, meter_install, meter_point, meter_state, policy, quarantine, quota,
  register_epoch, rule_setting, space, supply_state, tariff, tariff_version
  TO wattkeep_viewer;
--> statement-breakpoint
GRANT SELECT (id, campus_id, code, person_id, display_name, disabled) ON app_user TO wattkeep_viewer;
--> statement-breakpoint
GRANT SELECT (id, campus_id, name, rotated_at, paired_at, paired_by, revoked_at, last_heartbeat_ms, last_frame_ms, build, playlist)
  ON display TO wattkeep_viewer;
