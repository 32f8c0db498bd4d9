-- A feeder's page shows what its rule of losses has learned. Other rules keep how rooms live, and stay closed.
ALTER TABLE rule_state ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON rule_state FOR SELECT TO wattkeep_viewer USING (
  rule = 'NON_TECHNICAL_LOSS' AND subject_type = 'POINT' AND (SELECT scope_shows_records())
    AND (campus_id = (SELECT scope_whole_campus()) OR subject_id IN (SELECT x FROM scope_points() x)));
--> statement-breakpoint
GRANT SELECT ON rule_state TO wattkeep_viewer;
