CREATE TABLE "gift" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "gift_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"account_id" integer NOT NULL,
	"amount_micro" bigint NOT NULL,
	"payment_id" text,
	"reason" text NOT NULL,
	"state" "entitlement_state" DEFAULT 'DRAFT' NOT NULL,
	"drafted_by" text NOT NULL,
	"drafted_ms" bigint NOT NULL,
	"decided_by" text,
	"decided_ms" bigint,
	"tx_id" bigint,
	CONSTRAINT "gift_amount" CHECK (amount_micro > 0 and amount_micro % 10000 = 0),
	CONSTRAINT "gift_second_person" CHECK (state <> 'APPROVED' or (decided_by is not null and decided_by <> drafted_by))
);
--> statement-breakpoint
CREATE TABLE "money_grant" (
	"entitlement_id" integer NOT NULL,
	"period_ms" bigint NOT NULL,
	"campus_id" integer NOT NULL,
	"code" text NOT NULL,
	"account_id" integer NOT NULL,
	"amount_micro" bigint NOT NULL,
	"granted_ms" bigint NOT NULL,
	"expires_ms" bigint,
	"tx_id" bigint NOT NULL,
	CONSTRAINT "money_grant_entitlement_id_period_ms_pk" PRIMARY KEY("entitlement_id","period_ms"),
	CONSTRAINT "money_grant_code" UNIQUE("campus_id","code")
);
--> statement-breakpoint
ALTER TABLE "entitlement" ADD COLUMN "monthly" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "gift" ADD CONSTRAINT "gift_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gift" ADD CONSTRAINT "gift_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "money_grant" ADD CONSTRAINT "money_grant_entitlement_id_entitlement_id_fk" FOREIGN KEY ("entitlement_id") REFERENCES "public"."entitlement"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "money_grant" ADD CONSTRAINT "money_grant_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "money_grant" ADD CONSTRAINT "money_grant_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "gift_account" ON "gift" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "money_grant_account" ON "money_grant" USING btree ("account_id");--> statement-breakpoint
ALTER TABLE money_grant ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE gift ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON money_grant FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR account_id IN (SELECT x FROM scope_accounts() x)));
--> statement-breakpoint
CREATE POLICY scope ON gift FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR account_id IN (SELECT x FROM scope_accounts() x)));
--> statement-breakpoint
GRANT SELECT ON money_grant, gift TO wattkeep_viewer;
