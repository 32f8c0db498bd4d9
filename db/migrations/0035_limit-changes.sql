CREATE TABLE "limit_change" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "limit_change_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"point_id" integer NOT NULL,
	"command_id" text NOT NULL,
	"by_resident" boolean NOT NULL,
	"actor" text NOT NULL,
	"reason" text,
	"from_w" integer,
	"to_w" integer,
	"cap_w" integer,
	"asked_ms" bigint NOT NULL,
	"in_force_ms" bigint,
	"ended_ms" bigint
);
--> statement-breakpoint
ALTER TABLE "limit_change" ADD CONSTRAINT "limit_change_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "limit_change" ADD CONSTRAINT "limit_change_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "limit_change" ADD CONSTRAINT "limit_change_command_id_command_id_fk" FOREIGN KEY ("command_id") REFERENCES "public"."command"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "limit_change_command" ON "limit_change" USING btree ("command_id");--> statement-breakpoint
CREATE INDEX "limit_change_point" ON "limit_change" USING btree ("point_id","asked_ms");--> statement-breakpoint
CREATE INDEX "limit_change_waiting" ON "limit_change" USING btree ("campus_id") WHERE in_force_ms is null and ended_ms is null;--> statement-breakpoint
CREATE UNIQUE INDEX "limit_change_now" ON "limit_change" USING btree ("point_id") WHERE in_force_ms is not null and ended_ms is null;--> statement-breakpoint
-- The insert names all that was asked; afterwards only its two instants are noted, once each.
CREATE FUNCTION limit_change_settles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (to_jsonb(OLD) - 'in_force_ms' - 'ended_ms') = (to_jsonb(NEW) - 'in_force_ms' - 'ended_ms')
    AND (OLD.in_force_ms IS NULL OR NEW.in_force_ms = OLD.in_force_ms) AND OLD.ended_ms IS NULL THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'limit_change is written once';
END $$;
--> statement-breakpoint
CREATE TRIGGER limit_change_written_once BEFORE UPDATE OR DELETE ON limit_change FOR EACH ROW EXECUTE FUNCTION limit_change_settles();
--> statement-breakpoint
ALTER TABLE limit_change ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON limit_change FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR point_id IN (SELECT x FROM scope_points() x)));
--> statement-breakpoint
GRANT SELECT ON limit_change TO wattkeep_viewer;
