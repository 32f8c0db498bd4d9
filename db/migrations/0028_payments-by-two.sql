DROP INDEX "payment_by_hand";--> statement-breakpoint
ALTER TABLE "payment" ADD COLUMN "approver" text;--> statement-breakpoint
CREATE INDEX "payment_by_hand" ON "payment" USING btree ("campus_id","accepted_at") WHERE channel in ('bank', 'counter') or actor like 'key:%';