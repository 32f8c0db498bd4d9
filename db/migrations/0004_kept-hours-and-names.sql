CREATE TABLE "campus_hour" (
	"campus_id" integer NOT NULL,
	"hour_ms" bigint NOT NULL,
	"rooms" integer NOT NULL,
	"rooms_under_24h" integer NOT NULL,
	CONSTRAINT "campus_hour_campus_id_hour_ms_pk" PRIMARY KEY("campus_id","hour_ms")
);
--> statement-breakpoint
ALTER TABLE "meter_point" ADD COLUMN "name_en" text;--> statement-breakpoint
ALTER TABLE "policy" ADD COLUMN "name_en" text;--> statement-breakpoint
ALTER TABLE "tariff" ADD COLUMN "name_en" text;--> statement-breakpoint
ALTER TABLE "campus_hour" ADD CONSTRAINT "campus_hour_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- A count of the whole campus names no room; whoever belongs to the campus may read it, as its figures of now.
ALTER TABLE campus_hour ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY scope ON campus_hour FOR SELECT TO wattkeep_viewer USING (campus_id = (SELECT scope_campus()));
--> statement-breakpoint
GRANT SELECT ON campus_hour TO wattkeep_viewer;
