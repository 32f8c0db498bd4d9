CREATE INDEX "alarm_campus_ended" ON "alarm" USING btree ("campus_id","ended_ms");--> statement-breakpoint
CREATE INDEX "alarm_space" ON "alarm" USING btree ("space_id","raised_ms");--> statement-breakpoint
CREATE INDEX "ledger_tx_at" ON "ledger_tx" USING brin ("t_ms") WITH (pages_per_range=16,autosummarize=true);--> statement-breakpoint
CREATE INDEX "payment_credit" ON "payment" USING btree ((case when units_tx_id is null then tx_id else units_tx_id end));--> statement-breakpoint
CREATE INDEX "payment_order_person" ON "payment_order" USING btree ("person_id","created_ms");--> statement-breakpoint
CREATE INDEX "payment_order_paid" ON "payment_order" USING btree ("campus_id","paid_ms") WHERE state = 'PAID';--> statement-breakpoint
CREATE INDEX "command_finished" ON "command" USING btree ("finished_ms");