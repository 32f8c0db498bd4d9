CREATE TABLE "rule_proposal" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rule_proposal_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"rule" text NOT NULL,
	"space_id" integer,
	"state" "proposal_state" NOT NULL,
	"seen_version" integer NOT NULL,
	"body" jsonb NOT NULL,
	"reason" text NOT NULL,
	"proposer_id" integer NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_ms" bigint NOT NULL,
	"decided_by" text,
	"decided_ms" bigint,
	"note" text
);
--> statement-breakpoint
ALTER TABLE "rule_proposal" ADD CONSTRAINT "rule_proposal_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rule_proposal" ADD CONSTRAINT "rule_proposal_proposer_id_app_user_id_fk" FOREIGN KEY ("proposer_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "rule_proposal_campus" ON "rule_proposal" USING btree ("campus_id","proposed_ms");--> statement-breakpoint
CREATE UNIQUE INDEX "rule_proposal_open" ON "rule_proposal" USING btree ("campus_id","rule",coalesce(space_id, 0)) WHERE state = 'PENDING';--> statement-breakpoint
GRANT SELECT ON rule_proposal TO wattkeep_viewer;
