-- Money in suspense that names an order is its payer's, who sees the order by its own policy: so they find it once it is credited.
ALTER POLICY scope ON suspense_item USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR EXISTS (SELECT 1 FROM payment_order o WHERE o.order_no = suspense_item.order_no)));
