CREATE TYPE "public"."delivery_state" AS ENUM('QUEUED', 'SENDING', 'SENT', 'FAILED', 'SKIPPED');--> statement-breakpoint
CREATE TYPE "public"."notice_channel" AS ENUM('PUSH', 'SMS', 'WECOM', 'WECHAT', 'EMAIL', 'DINGTALK', 'FEISHU', 'WEBHOOK');--> statement-breakpoint
CREATE TABLE "delivery" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "delivery_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"notice_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"alarm_id" bigint,
	"space_id" integer,
	"channel" "notice_channel" NOT NULL,
	"user_id" integer,
	"contact_id" integer,
	"group_id" integer,
	"to_resident" boolean NOT NULL,
	"urgent" boolean NOT NULL,
	"subject" text NOT NULL,
	"state" "delivery_state" DEFAULT 'QUEUED' NOT NULL,
	"reason" text,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"created_ms" bigint NOT NULL,
	"due_ms" bigint NOT NULL,
	"lease_until_ms" bigint,
	"lease" text,
	"sent_ms" bigint,
	CONSTRAINT "delivery_receiver" CHECK ((user_id is null) = (group_id is not null))
);
--> statement-breakpoint
CREATE TABLE "notice_contact" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notice_contact_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"user_id" integer NOT NULL,
	"channel" "notice_channel" NOT NULL,
	"address" text NOT NULL,
	"created_ms" bigint NOT NULL,
	"verified_ms" bigint,
	"gone_ms" bigint,
	"code_hash" text,
	"code_until_ms" bigint,
	"code_sent_ms" bigint,
	"code_tries" smallint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notice_group" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notice_group_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"channel" "notice_channel" NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"secret" text NOT NULL,
	"previous_secret" text,
	"rotated_ms" bigint,
	"topics" text[] NOT NULL,
	"space_id" integer,
	"language" text NOT NULL,
	"created_ms" bigint NOT NULL,
	"created_by" text NOT NULL,
	"ended_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "notice_preference" (
	"user_id" integer NOT NULL,
	"topic" text NOT NULL,
	"channels" "notice_channel"[] NOT NULL,
	CONSTRAINT "notice_preference_user_id_topic_pk" PRIMARY KEY("user_id","topic")
);
--> statement-breakpoint
CREATE TABLE "sandbox_message" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sandbox_message_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"message_id" text NOT NULL,
	"channel" "notice_channel" NOT NULL,
	"address" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"content" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "alarm_id" bigint;--> statement-breakpoint
ALTER TABLE "app_user" ADD COLUMN "language" text DEFAULT 'zh-CN' NOT NULL;--> statement-breakpoint
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_notice_id_notice_id_fk" FOREIGN KEY ("notice_id") REFERENCES "public"."notice"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_contact_id_notice_contact_id_fk" FOREIGN KEY ("contact_id") REFERENCES "public"."notice_contact"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_group_id_notice_group_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."notice_group"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_contact" ADD CONSTRAINT "notice_contact_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_group" ADD CONSTRAINT "notice_group_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_preference" ADD CONSTRAINT "notice_preference_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "delivery_due" ON "delivery" USING btree ("due_ms") WHERE state in ('QUEUED', 'SENDING');--> statement-breakpoint
CREATE INDEX "delivery_alarm" ON "delivery" USING btree ("alarm_id") WHERE alarm_id is not null;--> statement-breakpoint
CREATE INDEX "delivery_campus" ON "delivery" USING btree ("campus_id","created_ms");--> statement-breakpoint
CREATE INDEX "delivery_subject" ON "delivery" USING btree ("subject","sent_ms") WHERE state = 'SENT';--> statement-breakpoint
CREATE INDEX "delivery_notice" ON "delivery" USING btree ("notice_id");--> statement-breakpoint
CREATE INDEX "delivery_contact" ON "delivery" USING btree ("contact_id") WHERE contact_id is not null;--> statement-breakpoint
CREATE INDEX "notice_contact_user" ON "notice_contact" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "notice_contact_one" ON "notice_contact" USING btree ("user_id","channel") WHERE channel <> 'PUSH';--> statement-breakpoint
CREATE UNIQUE INDEX "notice_contact_push" ON "notice_contact" USING btree ("address") WHERE channel = 'PUSH';--> statement-breakpoint
CREATE INDEX "notice_group_campus" ON "notice_group" USING btree ("campus_id");
--> statement-breakpoint
-- A message of an alarm is seen by who sees its place, all others by who sees the whole campus. Its address stands elsewhere:
-- contacts, preferences, secrets of groups and the sandbox are not granted at all.
ALTER TABLE delivery ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON delivery FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR (alarm_id IS NOT NULL AND space_id IN (SELECT x FROM scope_spaces() x))));
--> statement-breakpoint
ALTER TABLE notice_group ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON notice_group FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND campus_id = (SELECT scope_campus()));
--> statement-breakpoint
GRANT SELECT ON delivery TO wattkeep_viewer;
--> statement-breakpoint
GRANT SELECT (id, campus_id, channel, name) ON notice_group TO wattkeep_viewer;
