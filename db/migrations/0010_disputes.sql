CREATE TYPE "public"."dispute_state" AS ENUM('OPENED', 'UNDER_REVIEW', 'UPHELD', 'REJECTED', 'CLOSED');--> statement-breakpoint
CREATE TABLE "dispute" (
	"id" text PRIMARY KEY NOT NULL,
	"campus_id" integer NOT NULL,
	"account_id" integer NOT NULL,
	"charge_id" bigint NOT NULL,
	"state" "dispute_state" NOT NULL,
	"reason" text NOT NULL,
	"disputed_micro" bigint NOT NULL,
	"opened_by" text NOT NULL,
	"opened_ms" bigint NOT NULL,
	"due_ms" bigint NOT NULL,
	"evidence" text NOT NULL,
	"evidence_hash" text NOT NULL,
	"reviewer" text,
	"reviewed_ms" bigint,
	"verdict" "dispute_state",
	"decided_by" text,
	"decided_ms" bigint,
	"decision_reason" text,
	"outcome" jsonb,
	"closed_ms" bigint
);
--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "dispute_account" ON "dispute" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "dispute_charge" ON "dispute" USING btree ("charge_id");--> statement-breakpoint
CREATE UNIQUE INDEX "dispute_one_open" ON "dispute" USING btree ("account_id") WHERE state in ('OPENED', 'UNDER_REVIEW');--> statement-breakpoint
-- What was contested and what stood then is never rewritten; only the course of the dispute moves.
CREATE FUNCTION keep_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (NEW.id, NEW.campus_id, NEW.account_id, NEW.charge_id, NEW.reason, NEW.disputed_micro, NEW.opened_by,
      NEW.opened_ms, NEW.evidence, NEW.evidence_hash) IS DISTINCT FROM (OLD.id, OLD.campus_id, OLD.account_id, OLD.charge_id,
      OLD.reason, OLD.disputed_micro, OLD.opened_by, OLD.opened_ms, OLD.evidence, OLD.evidence_hash) THEN
    RAISE EXCEPTION 'what a dispute froze stays as it was' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER dispute_frozen BEFORE UPDATE OR DELETE ON dispute FOR EACH ROW EXECUTE FUNCTION keep_dispute();
--> statement-breakpoint
ALTER TABLE dispute ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON dispute FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR account_id IN (SELECT x FROM scope_accounts() x)));
--> statement-breakpoint
GRANT SELECT ON dispute TO wattkeep_viewer;
