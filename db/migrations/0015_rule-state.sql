CREATE TABLE "rule_state" (
	"rule" text NOT NULL,
	"campus_id" integer NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" integer NOT NULL,
	"state" jsonb NOT NULL,
	CONSTRAINT "rule_state_rule_subject_type_subject_id_pk" PRIMARY KEY("rule","subject_type","subject_id")
);
--> statement-breakpoint
ALTER TABLE "rule_state" ADD CONSTRAINT "rule_state_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;