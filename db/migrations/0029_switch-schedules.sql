CREATE TYPE "public"."schedule_state" AS ENUM('PENDING_APPROVAL', 'ACTIVE', 'PAUSED', 'ENDED', 'CANCELLED');--> statement-breakpoint
CREATE TABLE "switch_schedule" (
	"id" text PRIMARY KEY NOT NULL,
	"campus_id" integer NOT NULL,
	"name" text NOT NULL,
	"state" "schedule_state" NOT NULL,
	"choice" jsonb NOT NULL,
	"space_id" integer,
	"windows" jsonb NOT NULL,
	"calendar_id" integer,
	"reason" text NOT NULL,
	"requester_id" integer NOT NULL,
	"requested_by" text NOT NULL,
	"requested_ms" bigint NOT NULL,
	"request_key" text NOT NULL,
	"approval_due_ms" bigint NOT NULL,
	"approved_by" text,
	"approved_ms" bigint,
	"handled_ms" bigint,
	"missed_ms" bigint,
	"ended_by" text,
	"end_cause" text,
	"ended_ms" bigint,
	CONSTRAINT "switch_schedule_request" UNIQUE("requester_id","request_key")
);
--> statement-breakpoint
ALTER TABLE "bulk_job" ADD COLUMN "schedule_id" text;--> statement-breakpoint
ALTER TABLE "switch_schedule" ADD CONSTRAINT "switch_schedule_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "switch_schedule" ADD CONSTRAINT "switch_schedule_space_id_space_id_fk" FOREIGN KEY ("space_id") REFERENCES "public"."space"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "switch_schedule" ADD CONSTRAINT "switch_schedule_calendar_id_calendar_id_fk" FOREIGN KEY ("calendar_id") REFERENCES "public"."calendar"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "switch_schedule" ADD CONSTRAINT "switch_schedule_requester_id_app_user_id_fk" FOREIGN KEY ("requester_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "switch_schedule_campus" ON "switch_schedule" USING btree ("campus_id","requested_ms");--> statement-breakpoint
CREATE INDEX "switch_schedule_live" ON "switch_schedule" USING btree ("state") WHERE state in ('PENDING_APPROVAL', 'ACTIVE', 'PAUSED');--> statement-breakpoint
ALTER TABLE "bulk_job" ADD CONSTRAINT "bulk_job_schedule_id_switch_schedule_id_fk" FOREIGN KEY ("schedule_id") REFERENCES "public"."switch_schedule"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_job_schedule" ON "bulk_job" USING btree ("schedule_id","requested_ms") WHERE schedule_id is not null;
--> statement-breakpoint
ALTER TABLE switch_schedule ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON switch_schedule FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR space_id IN (SELECT x FROM scope_spaces() x)));
--> statement-breakpoint
GRANT SELECT ON switch_schedule TO wattkeep_viewer;
