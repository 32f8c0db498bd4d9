CREATE TABLE "meter_event" (
	"meter_id" integer NOT NULL,
	"point_id" integer NOT NULL,
	"name" text NOT NULL,
	"is_on" boolean NOT NULL,
	"ts_ms" bigint NOT NULL,
	"at_ms" bigint NOT NULL,
	"level" text,
	"alarm_id" bigint,
	"after_event_id" bigint,
	CONSTRAINT "meter_event_meter_id_name_is_on_ts_ms_pk" PRIMARY KEY("meter_id","name","is_on","ts_ms")
);
--> statement-breakpoint
ALTER TABLE "meter_event" ADD CONSTRAINT "meter_event_meter_id_meter_id_fk" FOREIGN KEY ("meter_id") REFERENCES "public"."meter"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meter_event" ADD CONSTRAINT "meter_event_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "meter_event_loads" ON "meter_event" USING btree ("point_id","at_ms") WHERE level is not null;--> statement-breakpoint
-- What raised an alarm lately is known when it is told again, and counts as a forbidden load as it did.
INSERT INTO meter_event (meter_id, point_id, name, is_on, ts_ms, at_ms, level, alarm_id, after_event_id)
SELECT DISTINCT ON (m.id, e.detail->>'event', (e.detail->>'at')::float8) m.id, a.subject_id, e.detail->>'event', true,
       (e.detail->>'at')::float8::bigint, (e.detail->>'at')::float8::bigint, e.detail->>'level', a.id, e.id
  FROM alarm_event e JOIN alarm a ON a.id = e.alarm_id JOIN meter m ON m.campus_id = a.campus_id AND m.code = e.detail->>'meter'
 WHERE e.event = 'RAISE' AND a.subject_type = 'POINT' AND e.detail->>'event' IS NOT NULL AND e.detail->>'at' IS NOT NULL
   AND e.at_ms > extract(epoch FROM now()) * 1000 - 691200000
 ORDER BY m.id, e.detail->>'event', (e.detail->>'at')::float8, e.id;
