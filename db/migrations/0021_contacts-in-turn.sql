DROP INDEX "notice_contact_one";--> statement-breakpoint
CREATE UNIQUE INDEX "notice_contact_verified" ON "notice_contact" USING btree ("user_id","channel") WHERE channel <> 'PUSH' and verified_ms is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "notice_contact_entered" ON "notice_contact" USING btree ("user_id","channel") WHERE channel <> 'PUSH' and verified_ms is null;