-- Keys are read by the sign-in alone, as the owner: nothing that reads for people asks for them.
REVOKE SELECT (id, campus_id, name, space_id, created_at, revoked_at) ON api_key FROM wattkeep_viewer;
--> statement-breakpoint
DROP POLICY scope ON api_key;
