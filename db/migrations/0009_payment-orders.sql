CREATE TYPE "public"."order_state" AS ENUM('CREATED', 'PAID', 'CREDITED', 'PART_REFUNDED', 'REFUNDED', 'CLOSED', 'MISMATCH');--> statement-breakpoint
CREATE TYPE "public"."refund_state" AS ENUM('QUEUED', 'SENT', 'DONE', 'FAILED', 'BY_HAND', 'HANDED_OUT');--> statement-breakpoint
CREATE TABLE "payment_order" (
	"order_no" text PRIMARY KEY NOT NULL,
	"campus_id" integer NOT NULL,
	"account_id" integer NOT NULL,
	"person_id" integer,
	"actor" text NOT NULL,
	"channel" text NOT NULL,
	"amount_micro" bigint NOT NULL,
	"currency" text NOT NULL,
	"state" "order_state" DEFAULT 'CREATED' NOT NULL,
	"client_token" text NOT NULL,
	"created_ms" bigint NOT NULL,
	"paid_ms" bigint,
	"credited_ms" bigint,
	"closed_ms" bigint,
	"provider_txn" text,
	"provider_ref" text,
	"pay_url" text,
	"payment_id" text,
	"look_due_ms" bigint,
	"looks" integer DEFAULT 0 NOT NULL,
	"problem" text,
	CONSTRAINT "payment_order_token" UNIQUE("actor","client_token")
);
--> statement-breakpoint
CREATE TABLE "psp_event" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "psp_event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"campus_id" integer,
	"channel" text NOT NULL,
	"source" text NOT NULL,
	"event_id" text,
	"first" boolean NOT NULL,
	"verdict" text NOT NULL,
	"received_ms" bigint NOT NULL,
	"order_no" text,
	"provider_txn" text,
	"amount_micro" bigint,
	"currency" text,
	"detail" text,
	"body_hash" "bytea",
	"address" text
);
--> statement-breakpoint
CREATE TABLE "refund" (
	"refund_no" text PRIMARY KEY NOT NULL,
	"campus_id" integer NOT NULL,
	"account_id" integer NOT NULL,
	"payment_id" text NOT NULL,
	"channel" text NOT NULL,
	"amount_micro" bigint NOT NULL,
	"state" "refund_state" NOT NULL,
	"tx_id" bigint NOT NULL,
	"actor" text NOT NULL,
	"approver" text,
	"reason" text NOT NULL,
	"created_ms" bigint NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_ms" bigint,
	"done_ms" bigint,
	"provider_refund" text,
	"problem" text,
	"reversal_tx_id" bigint
);
--> statement-breakpoint
CREATE TABLE "suspense_item" (
	"id" text PRIMARY KEY NOT NULL,
	"campus_id" integer NOT NULL,
	"channel" text NOT NULL,
	"provider_txn" text NOT NULL,
	"order_no" text,
	"amount_micro" bigint NOT NULL,
	"currency" text NOT NULL,
	"reason" text NOT NULL,
	"tx_id" bigint NOT NULL,
	"received_ms" bigint NOT NULL,
	"due_ms" bigint NOT NULL,
	"resolved_ms" bigint,
	"resolved_by" text,
	"resolution" text,
	"note" text,
	"resolution_tx_id" bigint,
	CONSTRAINT "suspense_item_money" UNIQUE("campus_id","channel","provider_txn")
);
--> statement-breakpoint
ALTER TABLE "payment_order" ADD CONSTRAINT "payment_order_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_order" ADD CONSTRAINT "payment_order_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_order" ADD CONSTRAINT "payment_order_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_order" ADD CONSTRAINT "payment_order_payment_id_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payment"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "psp_event" ADD CONSTRAINT "psp_event_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund" ADD CONSTRAINT "refund_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund" ADD CONSTRAINT "refund_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refund" ADD CONSTRAINT "refund_payment_id_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payment"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suspense_item" ADD CONSTRAINT "suspense_item_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suspense_item" ADD CONSTRAINT "suspense_item_order_no_payment_order_order_no_fk" FOREIGN KEY ("order_no") REFERENCES "public"."payment_order"("order_no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "payment_order_look_due" ON "payment_order" USING btree ("look_due_ms") WHERE look_due_ms is not null;--> statement-breakpoint
CREATE INDEX "payment_order_account" ON "payment_order" USING btree ("account_id","created_ms");--> statement-breakpoint
CREATE INDEX "payment_order_payment" ON "payment_order" USING btree ("payment_id");--> statement-breakpoint
CREATE UNIQUE INDEX "psp_event_once" ON "psp_event" USING btree ("channel","event_id") WHERE first;--> statement-breakpoint
CREATE INDEX "psp_event_order" ON "psp_event" USING btree ("order_no");--> statement-breakpoint
CREATE INDEX "psp_event_received" ON "psp_event" USING btree ("received_ms");--> statement-breakpoint
CREATE INDEX "refund_payment" ON "refund" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "refund_account" ON "refund" USING btree ("account_id","created_ms");--> statement-breakpoint
CREATE INDEX "refund_due" ON "refund" USING btree ("due_ms") WHERE due_ms is not null;--> statement-breakpoint
CREATE INDEX "suspense_item_order" ON "suspense_item" USING btree ("order_no");--> statement-breakpoint
CREATE INDEX "suspense_item_open" ON "suspense_item" USING btree ("due_ms") WHERE resolved_ms is null;--> statement-breakpoint
CREATE TRIGGER psp_event_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON psp_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE payment_order ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE psp_event ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE suspense_item ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE refund ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
-- Who paid is nobody's business in the room: the payer's own, and of whoever sees the whole campus.
CREATE POLICY scope ON payment_order FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus()) OR person_id = (SELECT scope_person())));
--> statement-breakpoint
CREATE POLICY scope ON psp_event FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND campus_id = (SELECT scope_whole_campus()));
--> statement-breakpoint
CREATE POLICY scope ON suspense_item FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND campus_id = (SELECT scope_whole_campus()));
--> statement-breakpoint
CREATE POLICY scope ON refund FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND campus_id = (SELECT scope_whole_campus()));
--> statement-breakpoint
GRANT SELECT ON payment_order, psp_event, suspense_item, refund TO wattkeep_viewer;
