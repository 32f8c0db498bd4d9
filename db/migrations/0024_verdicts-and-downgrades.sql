CREATE TABLE "rule_downgrade" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rule_downgrade_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"rule" text NOT NULL,
	"building_id" integer,
	"since_ms" bigint NOT NULL,
	"right_count" integer NOT NULL,
	"counted" integer NOT NULL,
	"lifted_ms" bigint,
	"lifted_by" text,
	"lift_note" text
);
--> statement-breakpoint
ALTER TABLE "rule_downgrade" ADD CONSTRAINT "rule_downgrade_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "rule_downgrade_open" ON "rule_downgrade" USING btree ("campus_id","rule",coalesce(building_id, 0)) WHERE lifted_ms is null;--> statement-breakpoint
CREATE INDEX "rule_downgrade_rule" ON "rule_downgrade" USING btree ("campus_id","rule");--> statement-breakpoint
CREATE INDEX "alarm_event_verdict" ON "alarm_event" USING btree ("at_ms") WHERE event = 'VERDICT';--> statement-breakpoint
GRANT SELECT ON rule_downgrade TO wattkeep_viewer;
