ALTER TABLE "api_key" ADD COLUMN "made_by" text;--> statement-breakpoint
CREATE INDEX "payment_by_hand" ON "payment" USING btree ("campus_id","accepted_at") WHERE channel = 'counter' or actor like 'key:%';--> statement-breakpoint
UPDATE "api_key" k SET "made_by" = a."actor" FROM "audit_log" a WHERE a."action" = 'API_KEY_CREATED' AND a."target" = 'key:' || k."id" AND a."campus_id" = k."campus_id";
