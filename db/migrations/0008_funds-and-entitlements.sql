CREATE TYPE "public"."entitlement_kind" AS ENUM('QUANTITY', 'MONEY');--> statement-breakpoint
CREATE TYPE "public"."entitlement_state" AS ENUM('DRAFT', 'APPROVED', 'REJECTED');--> statement-breakpoint
CREATE TABLE "entitlement" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entitlement_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"code" text NOT NULL,
	"account_id" integer NOT NULL,
	"kind" "entitlement_kind" NOT NULL,
	"utility" "utility",
	"fund_id" integer NOT NULL,
	"quantity_micro" bigint,
	"per_head" boolean DEFAULT false NOT NULL,
	"amount_micro" bigint,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_to" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"advances_tier" boolean DEFAULT true NOT NULL,
	"carry_over" boolean DEFAULT false NOT NULL,
	"state" "entitlement_state" DEFAULT 'DRAFT' NOT NULL,
	"note" text,
	"drafted_by" text NOT NULL,
	"drafted_at" timestamp with time zone NOT NULL,
	"approved_by" text,
	"approved_at" timestamp with time zone,
	CONSTRAINT "entitlement_code" UNIQUE("campus_id","code"),
	CONSTRAINT "entitlement_code_form" CHECK (code ~ '^[A-Za-z0-9_-]{1,64}$'),
	CONSTRAINT "entitlement_of_kind" CHECK (case kind when 'QUANTITY' then utility is not null and quantity_micro > 0 and amount_micro is null
            else amount_micro > 0 and quantity_micro is null end),
	CONSTRAINT "entitlement_second_person" CHECK (approved_by is null or approved_by <> drafted_by),
	CONSTRAINT "entitlement_span" CHECK (valid_to is null or valid_to > valid_from)
);
--> statement-breakpoint
CREATE TABLE "entitlement_use" (
	"account_id" integer NOT NULL,
	"entitlement_id" integer NOT NULL,
	"period_ms" bigint NOT NULL,
	"granted_micro" bigint NOT NULL,
	"carried_micro" bigint NOT NULL,
	"used_micro" bigint NOT NULL,
	"upto_ms" bigint NOT NULL,
	"crossed_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "entitlement_use_account_id_entitlement_id_period_ms_pk" PRIMARY KEY("account_id","entitlement_id","period_ms")
);
--> statement-breakpoint
CREATE TABLE "fund" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "fund_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"name_en" text,
	"budget_micro" bigint,
	"spent_micro" bigint DEFAULT 0 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "fund_code" UNIQUE("campus_id","code"),
	CONSTRAINT "fund_code_form" CHECK (code ~ '^[A-Za-z0-9_-]{1,32}$')
);
--> statement-breakpoint
CREATE TABLE "fund_stop" (
	"fund_id" integer NOT NULL,
	"from_ms" bigint NOT NULL,
	"to_ms" bigint,
	CONSTRAINT "fund_stop_fund_id_from_ms_pk" PRIMARY KEY("fund_id","from_ms")
);
--> statement-breakpoint
CREATE TABLE "fund_use" (
	"campus_id" integer NOT NULL,
	"pot" text NOT NULL,
	"amount_micro" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "stream" ADD COLUMN "extra" jsonb;--> statement-breakpoint
ALTER TABLE "stream" ADD COLUMN "extra_unposted_micro" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "charge" ADD COLUMN "extra" jsonb;--> statement-breakpoint
ALTER TABLE "entitlement" ADD CONSTRAINT "entitlement_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entitlement" ADD CONSTRAINT "entitlement_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entitlement" ADD CONSTRAINT "entitlement_fund_id_fund_id_fk" FOREIGN KEY ("fund_id") REFERENCES "public"."fund"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entitlement_use" ADD CONSTRAINT "entitlement_use_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entitlement_use" ADD CONSTRAINT "entitlement_use_entitlement_id_entitlement_id_fk" FOREIGN KEY ("entitlement_id") REFERENCES "public"."entitlement"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fund" ADD CONSTRAINT "fund_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fund_stop" ADD CONSTRAINT "fund_stop_fund_id_fund_id_fk" FOREIGN KEY ("fund_id") REFERENCES "public"."fund"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "entitlement_account" ON "entitlement" USING btree ("account_id");
--> statement-breakpoint
ALTER TABLE entitlement_use SET (fillfactor = 60);
--> statement-breakpoint
-- As before, with what the customer owes beside the main sum of a stream; a register of exported energy earns what it counts.
CREATE OR REPLACE VIEW account_balance WITH (security_invoker = true) AS
SELECT a.id AS account_id,
       a.campus_id,
       coalesce(l.ledger_micro, 0)::bigint AS ledger_micro,
       coalesce(l.arrears_micro, 0)::bigint AS arrears_micro,
       coalesce(s.unposted_micro, 0)::bigint AS unposted_micro,
       (coalesce(l.ledger_micro, 0) - coalesce(s.unposted_micro, 0))::bigint AS balance_micro,
       (coalesce(l.ledger_micro, 0) - coalesce(s.unposted_micro, 0)
         + CASE WHEN a.ec_state = 'ACTIVE' THEN a.ec_limit_micro ELSE 0 END)::bigint AS available_micro
  FROM account a
  LEFT JOIN LATERAL (SELECT sum(la.balance_micro) AS ledger_micro,
                            sum(la.balance_micro) FILTER (WHERE la.bucket = 'ARREARS') AS arrears_micro
                       FROM ledger_account la WHERE la.account_id = a.id) l ON true
  LEFT JOIN LATERAL (SELECT sum((floor(st.numerator_pico / 1000000) - st.posted_micro)
                                  * CASE st.register WHEN 'EE' THEN -1 ELSE 1 END + st.extra_unposted_micro) AS unposted_micro
                       FROM stream st WHERE st.account_id = a.id) s ON true;
--> statement-breakpoint
ALTER TABLE fund ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE fund_stop ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE entitlement ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE entitlement_use ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
-- A fund's name stands on the bills that it pays for.
CREATE POLICY scope ON fund FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND campus_id = (SELECT scope_campus()));
--> statement-breakpoint
CREATE POLICY scope ON fund_stop FOR SELECT TO wattkeep_viewer USING (
  EXISTS (SELECT 1 FROM fund f WHERE f.id = fund_id));
--> statement-breakpoint
CREATE POLICY scope ON entitlement FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND (campus_id = (SELECT scope_whole_campus())
    OR account_id IN (SELECT x FROM scope_accounts() x)));
--> statement-breakpoint
CREATE POLICY scope ON entitlement_use FOR SELECT TO wattkeep_viewer USING (
  (SELECT scope_shows_records()) AND EXISTS (SELECT 1 FROM account a WHERE a.id = account_id));
--> statement-breakpoint
GRANT SELECT ON fund, fund_stop, entitlement, entitlement_use TO wattkeep_viewer;
