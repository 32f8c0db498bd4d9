CREATE TYPE "public"."duty_level" AS ENUM('ON_DUTY', 'SHIFT_LEAD', 'DUTY_MANAGER');--> statement-breakpoint
CREATE TABLE "duty_shift" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "duty_shift_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"user_id" integer NOT NULL,
	"level" "duty_level" NOT NULL,
	"space_id" integer,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint NOT NULL,
	"set_by" text NOT NULL,
	"set_ms" bigint NOT NULL,
	CONSTRAINT "duty_shift_span" CHECK (to_ms > from_ms)
);
--> statement-breakpoint
ALTER TABLE "alarm" ADD COLUMN "out_of_service_by" text;--> statement-breakpoint
ALTER TABLE "alarm" ADD COLUMN "out_of_service_ms" bigint;--> statement-breakpoint
ALTER TABLE "alarm" ADD COLUMN "chatter" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "alarm" ADD COLUMN "fleeting" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "alarm" ADD COLUMN "off_delay_ms" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "alarm" ADD COLUMN "return_due_ms" bigint;--> statement-breakpoint
ALTER TABLE "alarm" ADD COLUMN "announced_ms" bigint;--> statement-breakpoint
ALTER TABLE "alarm_event" ADD COLUMN "announced" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "duty_shift" ADD CONSTRAINT "duty_shift_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "duty_shift" ADD CONSTRAINT "duty_shift_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "duty_shift_campus" ON "duty_shift" USING btree ("campus_id","to_ms");--> statement-breakpoint
CREATE INDEX "alarm_overlay" ON "alarm" USING btree ("campus_id") WHERE shelved_until_ms is not null or out_of_service_ticket is not null;--> statement-breakpoint
CREATE INDEX "alarm_event_at" ON "alarm_event" USING btree ("at_ms");--> statement-breakpoint
-- Who stood uncovered was announced; the history of before stays as it was written, so loads are counted from here on.
UPDATE alarm SET announced_ms = raised_ms WHERE suppressed_by IS NULL AND out_of_service_ticket IS NULL;
--> statement-breakpoint
GRANT SELECT ON duty_shift TO wattkeep_viewer;
