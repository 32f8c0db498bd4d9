CREATE TABLE "device_inspection" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "device_inspection_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" integer NOT NULL,
	"point_id" integer,
	"day" date NOT NULL,
	"at_ms" bigint NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint NOT NULL,
	"result" text NOT NULL,
	"checks" jsonb NOT NULL,
	"standing" jsonb NOT NULL,
	"sensors" jsonb NOT NULL,
	"asked_by" text
);
--> statement-breakpoint
ALTER TABLE "device_inspection" ADD CONSTRAINT "device_inspection_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "device_inspection" ADD CONSTRAINT "device_inspection_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "device_inspection_night" ON "device_inspection" USING btree ("subject_type","subject_id","day") WHERE asked_by is null;--> statement-breakpoint
CREATE INDEX "device_inspection_at" ON "device_inspection" USING btree ("subject_type","subject_id","at_ms");--> statement-breakpoint
CREATE INDEX "device_inspection_campus" ON "device_inspection" USING btree ("campus_id","at_ms");--> statement-breakpoint
-- What was found stays as it was found; rows past their retention may be deleted.
CREATE TRIGGER device_inspection_unchanged BEFORE UPDATE OR TRUNCATE ON device_inspection FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE device_inspection ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
-- Gateways, which serve no point, are seen by whoever sees the whole campus.
CREATE POLICY scope ON device_inspection FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR point_id IN (SELECT x FROM scope_points() x)));
--> statement-breakpoint
GRANT SELECT ON device_inspection TO wattkeep_viewer;
