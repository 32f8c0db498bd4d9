ALTER TABLE "psp_event" ADD COLUMN "row_hash" "bytea";--> statement-breakpoint
ALTER TABLE "suspense_item" ADD COLUMN "approver" text;--> statement-breakpoint
ALTER TABLE "locked_adjustment" ADD COLUMN "row_hash" "bytea";--> statement-breakpoint
-- What stands is taken as it is; from here on a change shows.
ALTER TABLE psp_event DISABLE TRIGGER psp_event_insert_only;
--> statement-breakpoint
UPDATE psp_event v SET row_hash = sha256(convert_to(concat_ws('|', coalesce(v.campus_id::text, ''), v.channel, v.source,
  coalesce(v.event_id, ''), v.first::text, v.verdict, v.received_ms::text, coalesce(v.order_no, ''), coalesce(v.provider_txn, ''),
  coalesce(v.amount_micro::text, ''), coalesce(v.currency, ''), coalesce(v.detail, ''), coalesce(encode(v.body_hash, 'hex'), ''),
  coalesce(v.address, '')), 'UTF8'));
--> statement-breakpoint
ALTER TABLE psp_event ENABLE TRIGGER psp_event_insert_only;
--> statement-breakpoint
UPDATE locked_adjustment v SET row_hash = sha256(convert_to(concat_ws('|', v.campus_id, v.account_id, v.utility, v.month_ms, v.draft_id,
  v.amount_micro, v.tx_id, v.booked_ms), 'UTF8'));
--> statement-breakpoint
ALTER TABLE "psp_event" ALTER COLUMN "row_hash" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "locked_adjustment" ALTER COLUMN "row_hash" SET NOT NULL;--> statement-breakpoint
-- What was credited out of suspense is a payment, so that a refund or chargeback finds it.
INSERT INTO payment (id, campus_id, account_id, channel, reference, amount_micro, tx_id, actor, reason, accepted_at, command_ids)
SELECT s.id, s.campus_id, credited.account_id, s.channel, s.provider_txn, s.amount_micro, s.resolution_tx_id, s.resolved_by, s.note,
       to_timestamp(s.resolved_ms / 1000.0), '{}'
  FROM suspense_item s
  JOIN LATERAL (SELECT la.account_id FROM ledger_entry e JOIN ledger_account la ON la.id = e.ledger_account_id
                 WHERE e.tx_id = s.resolution_tx_id AND la.account_id IS NOT NULL LIMIT 1) credited ON true
 WHERE s.resolution = 'CREDITED';
--> statement-breakpoint
UPDATE payment_order o SET payment_id = p.id
  FROM suspense_item s JOIN payment p ON p.id = s.id
 WHERE o.order_no = s.order_no AND o.state = 'MISMATCH' AND p.account_id = o.account_id;
--> statement-breakpoint
-- Money that belongs to no campus yet is seen by whoever sees a whole one.
ALTER POLICY scope ON psp_event USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR (campus_id IS NULL AND verdict = 'UNASSIGNED' AND (SELECT scope_whole_campus()) IS NOT NULL)));
