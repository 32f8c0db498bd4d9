CREATE TYPE "public"."account_class" AS ENUM('PREPAID', 'SPECIAL', 'POSTPAID');--> statement-breakpoint
CREATE TYPE "public"."no_cut_declaration_kind" AS ENUM('HEAT', 'COLD', 'PAYMENT_OUTAGE');--> statement-breakpoint
CREATE TABLE "no_cut_declaration" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "no_cut_declaration_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"policy_code" text,
	"kind" "no_cut_declaration_kind" NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint NOT NULL,
	"reason" text NOT NULL,
	"declared_by" text NOT NULL,
	"declared_ms" bigint NOT NULL,
	"ended_by" text,
	"ended_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "restore_confirmation" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "restore_confirmation_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"point_id" integer NOT NULL,
	"account_id" integer,
	"at_ms" bigint NOT NULL,
	"reasons" text[] NOT NULL,
	"cause" text,
	"means" text NOT NULL,
	"actor" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "ec_granted_ms" bigint;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "class" "account_class" DEFAULT 'PREPAID' NOT NULL;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "grace_days" integer;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "grace_limit_micro" bigint;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "recovery_percent" integer;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "instalment_micro" bigint;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "recovery_since_ms" bigint;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "recovered_micro" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "trip_stage" text;--> statement-breakpoint
ALTER TABLE "meter_state" ADD COLUMN "position_ms" bigint;--> statement-breakpoint
ALTER TABLE "supply_state" ADD COLUMN "refusal" jsonb;--> statement-breakpoint
ALTER TABLE "no_cut_declaration" ADD CONSTRAINT "no_cut_declaration_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "restore_confirmation" ADD CONSTRAINT "restore_confirmation_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "restore_confirmation" ADD CONSTRAINT "restore_confirmation_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "restore_confirmation" ADD CONSTRAINT "restore_confirmation_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "no_cut_declaration_campus" ON "no_cut_declaration" USING btree ("campus_id","to_ms");--> statement-breakpoint
CREATE INDEX "restore_confirmation_point" ON "restore_confirmation" USING btree ("point_id","at_ms");--> statement-breakpoint
ALTER TABLE account ADD CONSTRAINT account_trip_stage CHECK (trip_stage IN ('TRIPPED', 'CONTINUED'));
--> statement-breakpoint
ALTER TABLE no_cut_declaration ADD CONSTRAINT no_cut_declaration_span CHECK (to_ms >= from_ms);
--> statement-breakpoint
GRANT SELECT ON no_cut_declaration TO wattkeep_viewer;
--> statement-breakpoint
ALTER TABLE restore_confirmation ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON restore_confirmation FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR point_id IN (SELECT x FROM scope_points() x)));
--> statement-breakpoint
GRANT SELECT ON restore_confirmation TO wattkeep_viewer;
--> statement-breakpoint
CREATE TRIGGER restore_confirmation_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON restore_confirmation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
