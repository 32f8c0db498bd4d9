CREATE TABLE "charge_rejection" (
	"meter_id" integer NOT NULL,
	"epoch" integer NOT NULL,
	"point_id" integer NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint NOT NULL,
	"from_micro" bigint NOT NULL,
	"to_micro" bigint NOT NULL,
	"quantity_micro" bigint NOT NULL,
	"worth_micro" bigint NOT NULL,
	"reason" text NOT NULL,
	"actor" text NOT NULL,
	"approver" text,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "charge_rejection_meter_id_epoch_pk" PRIMARY KEY("meter_id","epoch")
);
--> statement-breakpoint
ALTER TABLE "charge_rejection" ADD CONSTRAINT "charge_rejection_meter_id_meter_id_fk" FOREIGN KEY ("meter_id") REFERENCES "public"."meter"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "charge_rejection" ADD CONSTRAINT "charge_rejection_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "charge_rejection_point" ON "charge_rejection" USING btree ("point_id","at_ms");
--> statement-breakpoint
CREATE TRIGGER charge_rejection_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON charge_rejection FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
