ALTER TABLE "account" ADD COLUMN "unit" text;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "sold_by_id" integer;--> statement-breakpoint
ALTER TABLE "payment" ADD COLUMN "units_micro" bigint;--> statement-breakpoint
ALTER TABLE "payment" ADD COLUMN "units_tx_id" bigint;--> statement-breakpoint
ALTER TABLE "payment" ADD COLUMN "unit_lines" jsonb;--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_sold_by_id_tariff_id_fk" FOREIGN KEY ("sold_by_id") REFERENCES "public"."tariff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_unit" CHECK ((unit is null) = (sold_by_id is null) and (unit is null or unit in ('KWH', 'M3')));--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_units" CHECK (num_nulls(units_micro, units_tx_id, unit_lines) in (0, 3));--> statement-breakpoint
-- Where the tiers of a sale stand depends on what was given back: who sees a payment sees that, too.
ALTER POLICY scope ON refund USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR EXISTS (SELECT 1 FROM payment y WHERE y.id = payment_id)));
--> statement-breakpoint
ALTER POLICY scope ON chargeback USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR EXISTS (SELECT 1 FROM payment y WHERE y.id = payment_id)));
