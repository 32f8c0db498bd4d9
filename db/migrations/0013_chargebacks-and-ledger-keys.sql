CREATE TABLE "chargeback" (
	"id" text PRIMARY KEY NOT NULL,
	"campus_id" integer NOT NULL,
	"account_id" integer NOT NULL,
	"payment_id" text NOT NULL,
	"channel" text NOT NULL,
	"reference" text NOT NULL,
	"amount_micro" bigint NOT NULL,
	"reason" text NOT NULL,
	"actor" text NOT NULL,
	"booked_ms" bigint NOT NULL,
	"tx_id" bigint NOT NULL,
	"returned_ms" bigint,
	"returned_tx_id" bigint,
	"cleared_by" text,
	"cleared_ms" bigint,
	"note" text,
	CONSTRAINT "chargeback_reference" UNIQUE("campus_id","channel","reference")
);
--> statement-breakpoint
CREATE TABLE "ledger_key" (
	"key_id" text PRIMARY KEY NOT NULL,
	"n" integer NOT NULL,
	"public_key" "bytea" NOT NULL,
	"after_checkpoint" integer NOT NULL,
	"made_ms" bigint NOT NULL,
	"signature" "bytea" NOT NULL,
	"prev_signature" "bytea",
	CONSTRAINT "ledger_key_n" UNIQUE("n")
);
--> statement-breakpoint
ALTER TABLE "chargeback" ADD CONSTRAINT "chargeback_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chargeback" ADD CONSTRAINT "chargeback_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chargeback" ADD CONSTRAINT "chargeback_payment_id_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payment"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chargeback_payment" ON "chargeback" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "chargeback_flag" ON "chargeback" USING btree ("account_id") WHERE cleared_ms is null;--> statement-breakpoint
CREATE TRIGGER ledger_key_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE chargeback ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON chargeback FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND campus_id = (SELECT scope_whole_campus()));
--> statement-breakpoint
GRANT SELECT ON chargeback TO wattkeep_viewer;
