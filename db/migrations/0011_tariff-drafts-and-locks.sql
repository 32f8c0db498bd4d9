CREATE TYPE "public"."tariff_draft_state" AS ENUM('DRAFT', 'SUBMITTED', 'APPROVED', 'REJECTED');--> statement-breakpoint
CREATE TABLE "locked_adjustment" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "locked_adjustment_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"account_id" integer NOT NULL,
	"utility" "utility" NOT NULL,
	"month_ms" bigint NOT NULL,
	"draft_id" integer NOT NULL,
	"amount_micro" bigint NOT NULL,
	"tx_id" bigint NOT NULL,
	"booked_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "month_lock" (
	"campus_id" integer NOT NULL,
	"month" text NOT NULL,
	"end_ms" bigint NOT NULL,
	"locked_by" text NOT NULL,
	"locked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "month_lock_campus_id_month_pk" PRIMARY KEY("campus_id","month")
);
--> statement-breakpoint
CREATE TABLE "rerate_task" (
	"account_id" integer NOT NULL,
	"utility" "utility" NOT NULL,
	"from_ms" bigint NOT NULL,
	"draft_id" integer NOT NULL,
	CONSTRAINT "rerate_task_account_id_utility_draft_id_pk" PRIMARY KEY("account_id","utility","draft_id")
);
--> statement-breakpoint
CREATE TABLE "tariff_draft" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tariff_draft_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"tariff_id" integer NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"state" "tariff_draft_state" DEFAULT 'DRAFT' NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"accrual" text NOT NULL,
	"body" jsonb NOT NULL,
	"note" text NOT NULL,
	"drafted_by" text NOT NULL,
	"drafted_at" timestamp with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	"decision_note" text,
	"version_id" integer,
	CONSTRAINT "tariff_draft_second_person" CHECK (decided_by is null or state <> 'APPROVED' or decided_by <> drafted_by)
);
--> statement-breakpoint
ALTER TABLE "tariff_version" DROP CONSTRAINT "tariff_version_from";--> statement-breakpoint
ALTER TABLE "tariff_version" ADD COLUMN "superseded_by" integer;--> statement-breakpoint
ALTER TABLE "locked_adjustment" ADD CONSTRAINT "locked_adjustment_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "month_lock" ADD CONSTRAINT "month_lock_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rerate_task" ADD CONSTRAINT "rerate_task_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tariff_draft" ADD CONSTRAINT "tariff_draft_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tariff_draft" ADD CONSTRAINT "tariff_draft_tariff_id_tariff_id_fk" FOREIGN KEY ("tariff_id") REFERENCES "public"."tariff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "locked_adjustment_account" ON "locked_adjustment" USING btree ("account_id","month_ms");--> statement-breakpoint
CREATE INDEX "tariff_draft_tariff" ON "tariff_draft" USING btree ("tariff_id");--> statement-breakpoint
CREATE UNIQUE INDEX "tariff_version_from" ON "tariff_version" USING btree ("tariff_id","valid_from") WHERE superseded_by is null;--> statement-breakpoint
ALTER TABLE locked_adjustment ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON locked_adjustment FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR account_id IN (SELECT x FROM scope_accounts() x)));
--> statement-breakpoint
GRANT SELECT ON locked_adjustment, month_lock, tariff_draft TO wattkeep_viewer;
