-- What drizzle's schema language can't say: guards that hold whoever writes.
CREATE EXTENSION IF NOT EXISTS btree_gist;
--> statement-breakpoint
CREATE SEQUENCE ledger_tx_id AS bigint;
--> statement-breakpoint
ALTER TABLE meter_install ADD CONSTRAINT meter_install_no_overlap EXCLUDE USING gist (point_id WITH =, tstzrange(valid_from, valid_to) WITH &&);
--> statement-breakpoint
ALTER TABLE meter_install ADD CONSTRAINT meter_install_one_place EXCLUDE USING gist (meter_id WITH =, tstzrange(valid_from, valid_to) WITH &&);
--> statement-breakpoint
ALTER TABLE account_point ADD CONSTRAINT account_point_one_payer EXCLUDE USING gist (point_id WITH =, tstzrange(valid_from, valid_to) WITH &&);
--> statement-breakpoint
ALTER TABLE account_tariff ADD CONSTRAINT account_tariff_one EXCLUDE USING gist (account_id WITH =, utility WITH =, tstzrange(valid_from, valid_to) WITH &&);
--> statement-breakpoint
-- Rows that every batch rewrites keep room on their page, so that the update stays in place (HOT).
ALTER TABLE meter_state SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
--> statement-breakpoint
ALTER TABLE stream SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
--> statement-breakpoint
ALTER TABLE ledger_account SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
--> statement-breakpoint
ALTER TABLE accrual SET (fillfactor = 60);
--> statement-breakpoint
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is insert-only: correct by a reversal', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
CREATE TRIGGER ledger_tx_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_tx FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER ledger_entry_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER ledger_checkpoint_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER command_event_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON command_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER alarm_event_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alarm_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER audit_log_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- Balance of an account as screens and policies see it: ledger minus use that is rated and not yet posted.
-- posted is always the floor of an exact sum, hence floor(N / 10^6) - posted is what the open windows owe.
CREATE VIEW account_balance AS
SELECT a.id AS account_id,
       a.campus_id,
       coalesce(l.ledger_micro, 0)::bigint AS ledger_micro,
       coalesce(l.arrears_micro, 0)::bigint AS arrears_micro,
       coalesce(s.unposted_micro, 0)::bigint AS unposted_micro,
       (coalesce(l.ledger_micro, 0) - coalesce(s.unposted_micro, 0))::bigint AS balance_micro,
       (coalesce(l.ledger_micro, 0) - coalesce(s.unposted_micro, 0)
         + CASE WHEN a.ec_state = 'ACTIVE' THEN a.ec_limit_micro ELSE 0 END)::bigint AS available_micro
  FROM account a
  LEFT JOIN LATERAL (SELECT sum(la.balance_micro) AS ledger_micro,
                            sum(la.balance_micro) FILTER (WHERE la.bucket = 'ARREARS') AS arrears_micro
                       FROM ledger_account la WHERE la.account_id = a.id) l ON true
  LEFT JOIN LATERAL (SELECT sum(floor(st.numerator_pico / 1000000) - st.posted_micro) AS unposted_micro
                       FROM stream st WHERE st.account_id = a.id) s ON true;
