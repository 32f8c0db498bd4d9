-- Names of API keys stand beside their acts, as those of people do; their hashes stay closed.
ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON api_key FOR SELECT TO wattkeep_viewer USING (campus_id = (SELECT scope_campus()));
--> statement-breakpoint
GRANT SELECT (id, campus_id, name, space_id, created_at, revoked_at) ON api_key TO wattkeep_viewer;
--> statement-breakpoint
-- Where all of the only campus is in reach, every row is: tables that don't name their campus need not be asked row by row.
CREATE FUNCTION scope_holds_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT scope_whole_campus() IS NOT NULL AND NOT EXISTS (SELECT 1 FROM campus WHERE id <> scope_whole_campus())
$$;
--> statement-breakpoint
ALTER POLICY scope ON stream USING (
  (SELECT scope_shows_records()) AND ((SELECT scope_holds_all()) OR EXISTS (SELECT 1 FROM account a WHERE a.id = account_id)));
--> statement-breakpoint
ALTER POLICY scope ON accrual USING (
  (SELECT scope_shows_records()) AND ((SELECT scope_holds_all()) OR EXISTS (SELECT 1 FROM account a WHERE a.id = account_id)));
--> statement-breakpoint
ALTER POLICY scope ON time_left USING (
  (SELECT scope_shows_records()) AND ((SELECT scope_holds_all()) OR EXISTS (SELECT 1 FROM account a WHERE a.id = account_id)));
--> statement-breakpoint
ALTER POLICY scope ON ledger_entry USING (
  (SELECT scope_shows_records()) AND ((SELECT scope_holds_all())
    OR EXISTS (SELECT 1 FROM ledger_account la WHERE la.id = ledger_account_id
                AND (la.account_id IS NOT NULL OR (SELECT scope_whole_campus()) IS NOT NULL))
    OR scope_has_part(tx_id, (SELECT array(SELECT x FROM scope_accounts() x)))));
