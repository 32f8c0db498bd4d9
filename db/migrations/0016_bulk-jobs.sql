CREATE TYPE "public"."bulk_direction" AS ENUM('CUT', 'RESTORE');--> statement-breakpoint
CREATE TYPE "public"."bulk_job_state" AS ENUM('PENDING_APPROVAL', 'RUNNING', 'PAUSED', 'DONE', 'STOPPED', 'CANCELLED');--> statement-breakpoint
CREATE TYPE "public"."bulk_scope" AS ENUM('POINTS', 'ROOMS', 'ROOM', 'FLOOR', 'BUILDING', 'CAMPUS', 'FEEDER');--> statement-breakpoint
CREATE TYPE "public"."bulk_target_state" AS ENUM('PLANNED', 'HANDED', 'LIFTED', 'BLOCKED', 'ALREADY', 'CANCELLED');--> statement-breakpoint
CREATE TYPE "public"."proposal_state" AS ENUM('PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN');--> statement-breakpoint
CREATE TABLE "bulk_job" (
	"id" text PRIMARY KEY NOT NULL,
	"campus_id" integer NOT NULL,
	"direction" "bulk_direction" NOT NULL,
	"utility" "utility" NOT NULL,
	"state" "bulk_job_state" NOT NULL,
	"scope" "bulk_scope" NOT NULL,
	"scope_code" text,
	"reason" text NOT NULL,
	"requester_id" integer NOT NULL,
	"requested_by" text NOT NULL,
	"requested_ms" bigint NOT NULL,
	"request_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"approval_due_ms" bigint,
	"approved_by" text,
	"approved_ms" bigint,
	"started_ms" bigint,
	"good_until_ms" bigint,
	"finished_ms" bigint,
	"ended_by" text,
	"end_cause" text,
	"note" text,
	CONSTRAINT "bulk_job_request" UNIQUE("requester_id","request_key")
);
--> statement-breakpoint
CREATE TABLE "bulk_target" (
	"job_id" text NOT NULL,
	"point_id" integer NOT NULL,
	"seq" integer NOT NULL,
	"state" "bulk_target_state" NOT NULL,
	"reason" text,
	"line" text NOT NULL,
	"offset_ms" integer NOT NULL,
	"due_ms" bigint,
	"handed_ms" bigint,
	"command_id" text,
	CONSTRAINT "bulk_target_job_id_point_id_pk" PRIMARY KEY("job_id","point_id")
);
--> statement-breakpoint
CREATE TABLE "protection_proposal" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "protection_proposal_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"point_id" integer NOT NULL,
	"state" "proposal_state" NOT NULL,
	"before" "protection" NOT NULL,
	"after" "protection" NOT NULL,
	"owner" text,
	"phone" text,
	"reason" text NOT NULL,
	"proposer_id" integer NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_ms" bigint NOT NULL,
	"decided_by" text,
	"decided_ms" bigint,
	"note" text
);
--> statement-breakpoint
ALTER TABLE "bulk_job" ADD CONSTRAINT "bulk_job_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_job" ADD CONSTRAINT "bulk_job_requester_id_app_user_id_fk" FOREIGN KEY ("requester_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_target" ADD CONSTRAINT "bulk_target_job_id_bulk_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."bulk_job"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_target" ADD CONSTRAINT "bulk_target_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bulk_target" ADD CONSTRAINT "bulk_target_command_id_command_id_fk" FOREIGN KEY ("command_id") REFERENCES "public"."command"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "protection_proposal" ADD CONSTRAINT "protection_proposal_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "protection_proposal" ADD CONSTRAINT "protection_proposal_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "protection_proposal" ADD CONSTRAINT "protection_proposal_proposer_id_app_user_id_fk" FOREIGN KEY ("proposer_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_job_campus" ON "bulk_job" USING btree ("campus_id","requested_ms");--> statement-breakpoint
CREATE INDEX "bulk_job_live" ON "bulk_job" USING btree ("state") WHERE finished_ms is null;--> statement-breakpoint
CREATE INDEX "bulk_target_point" ON "bulk_target" USING btree ("point_id");--> statement-breakpoint
CREATE INDEX "bulk_target_command" ON "bulk_target" USING btree ("command_id");--> statement-breakpoint
CREATE INDEX "bulk_target_planned" ON "bulk_target" USING btree ("job_id","due_ms") WHERE state = 'PLANNED';--> statement-breakpoint
CREATE INDEX "bulk_target_handed" ON "bulk_target" USING btree ("line","handed_ms") WHERE handed_ms is not null;--> statement-breakpoint
CREATE INDEX "protection_proposal_campus" ON "protection_proposal" USING btree ("campus_id","proposed_ms");--> statement-breakpoint
CREATE UNIQUE INDEX "protection_proposal_open" ON "protection_proposal" USING btree ("point_id") WHERE state = 'PENDING';--> statement-breakpoint
ALTER TABLE bulk_job ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE bulk_target ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE protection_proposal ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON bulk_target FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (point_id IN (SELECT x FROM scope_points() x)
    OR EXISTS (SELECT 1 FROM meter_point p WHERE p.id = point_id AND p.campus_id = (SELECT scope_whole_campus()))));
--> statement-breakpoint
-- A job is seen by whoever sees one of its points; of the others they see none.
CREATE POLICY scope ON bulk_job FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR EXISTS (SELECT 1 FROM bulk_target t WHERE t.job_id = id)));
--> statement-breakpoint
CREATE POLICY scope ON protection_proposal FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR point_id IN (SELECT x FROM scope_points() x)));
--> statement-breakpoint
GRANT SELECT ON bulk_job, bulk_target, protection_proposal TO wattkeep_viewer;
