CREATE TYPE "public"."account_kind" AS ENUM('ROOM', 'PERSON', 'DEPT', 'PUBLIC');--> statement-breakpoint
CREATE TYPE "public"."account_status" AS ENUM('ACTIVE', 'CLOSED');--> statement-breakpoint
CREATE TYPE "public"."emergency_credit" AS ENUM('OFF', 'OFFERED', 'ACTIVE', 'EXHAUSTED');--> statement-breakpoint
CREATE TYPE "public"."overload_action" AS ENUM('TRIP', 'ALARM');--> statement-breakpoint
CREATE TYPE "public"."point_role" AS ENUM('CUSTOMER', 'PUBLIC', 'FEEDER', 'CHECK', 'PV', 'TENANT');--> statement-breakpoint
CREATE TYPE "public"."protection" AS ENUM('NONE', 'CREDIT', 'LIFE_SAFETY');--> statement-breakpoint
CREATE TYPE "public"."utility" AS ENUM('ELECTRICITY', 'WATER', 'GAS');--> statement-breakpoint
CREATE TYPE "public"."role" AS ENUM('STUDENT', 'DEPARTMENT_HEAD', 'WARDEN', 'SECURITY', 'MAINTAINER', 'ENERGY_MANAGER', 'FINANCE', 'AUDITOR', 'ADMIN');--> statement-breakpoint
CREATE TYPE "public"."space_kind" AS ENUM('CAMPUS', 'BUILDING', 'FLOOR', 'ROOM', 'ZONE');--> statement-breakpoint
CREATE TYPE "public"."command_state" AS ENUM('PENDING_APPROVAL', 'QUEUED', 'SENT', 'ACCEPTED', 'EXECUTED', 'VERIFIED', 'UNVERIFIED', 'FAILED', 'FAILED_TIMEOUT', 'EXPIRED', 'CANCELLED', 'SUPERSEDED');--> statement-breakpoint
CREATE TYPE "public"."observed_supply" AS ENUM('CLOSED', 'OPEN', 'UNKNOWN');--> statement-breakpoint
CREATE TABLE "account" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "account_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"code" text NOT NULL,
	"name" text,
	"kind" "account_kind" NOT NULL,
	"status" "account_status" DEFAULT 'ACTIVE' NOT NULL,
	"space_id" integer,
	"department_id" integer,
	"policy_code" text NOT NULL,
	"ec_state" "emergency_credit" DEFAULT 'OFF' NOT NULL,
	"ec_limit_micro" bigint DEFAULT 0 NOT NULL,
	"eligible_ms" bigint,
	"final_notice_ms" bigint,
	"told_levels" text[] DEFAULT '{}' NOT NULL,
	"policy_due_ms" bigint,
	CONSTRAINT "account_code" UNIQUE("campus_id","code")
);
--> statement-breakpoint
CREATE TABLE "account_point" (
	"account_id" integer NOT NULL,
	"point_id" integer NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_to" timestamp with time zone,
	CONSTRAINT "account_point_account_id_point_id_valid_from_pk" PRIMARY KEY("account_id","point_id","valid_from")
);
--> statement-breakpoint
CREATE TABLE "account_tariff" (
	"account_id" integer NOT NULL,
	"utility" "utility" NOT NULL,
	"tariff_id" integer NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_to" timestamp with time zone,
	CONSTRAINT "account_tariff_account_id_utility_valid_from_pk" PRIMARY KEY("account_id","utility","valid_from")
);
--> statement-breakpoint
CREATE TABLE "accrual" (
	"account_id" integer NOT NULL,
	"utility" "utility" NOT NULL,
	"period_ms" bigint NOT NULL,
	"quantity_micro" bigint NOT NULL,
	"upto_ms" bigint NOT NULL,
	"crossed_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "accrual_account_id_utility_period_ms_pk" PRIMARY KEY("account_id","utility","period_ms")
);
--> statement-breakpoint
CREATE TABLE "stream" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "stream_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"account_id" integer NOT NULL,
	"point_id" integer NOT NULL,
	"register" text NOT NULL,
	"numerator_pico" numeric(38, 0) DEFAULT '0' NOT NULL,
	"posted_micro" bigint DEFAULT 0 NOT NULL,
	"open" jsonb,
	"open_upto_ms" bigint,
	CONSTRAINT "stream_key" UNIQUE("account_id","point_id","register")
);
--> statement-breakpoint
CREATE TABLE "time_left" (
	"account_id" integer PRIMARY KEY NOT NULL,
	"hours" double precision,
	"band" text NOT NULL,
	"learned_days" double precision NOT NULL,
	"range" jsonb,
	"computed_at" timestamp with time zone NOT NULL,
	"low_balance" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alarm" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alarm_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"rule" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" integer NOT NULL,
	"space_id" integer,
	"priority" smallint NOT NULL,
	"active" boolean NOT NULL,
	"acknowledged" boolean DEFAULT false NOT NULL,
	"latched" boolean DEFAULT false NOT NULL,
	"shelved_until_ms" bigint,
	"shelved_by" text,
	"shelve_reason" text,
	"suppressed_by" text,
	"out_of_service_ticket" text,
	"since_ms" bigint NOT NULL,
	"raised_ms" bigint NOT NULL,
	"last_ms" bigint NOT NULL,
	"count" integer DEFAULT 1 NOT NULL,
	"active_since_ms" bigint NOT NULL,
	"activations" jsonb NOT NULL,
	"acknowledged_by" text,
	"acknowledged_ms" bigint,
	"returned_ms" bigint,
	"ended_ms" bigint,
	"evidence" jsonb NOT NULL,
	"escalate_due_ms" bigint,
	"escalation" smallint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alarm_event" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alarm_event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"alarm_id" bigint NOT NULL,
	"at_ms" bigint NOT NULL,
	"event" text NOT NULL,
	"actor" text NOT NULL,
	"detail" jsonb
);
--> statement-breakpoint
CREATE TABLE "notice" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notice_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"kind" text NOT NULL,
	"account_id" integer,
	"department_id" integer,
	"at_ms" bigint NOT NULL,
	"dedupe_key" text NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "notice_dedupe_key_unique" UNIQUE("dedupe_key")
);
--> statement-breakpoint
CREATE TABLE "rule_setting" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rule_setting_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"rule" text NOT NULL,
	"space_id" integer,
	"version" integer NOT NULL,
	"body" jsonb NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp with time zone NOT NULL,
	CONSTRAINT "rule_setting_version" UNIQUE NULLS NOT DISTINCT("campus_id","rule","space_id","version")
);
--> statement-breakpoint
CREATE TABLE "campus" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "campus_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL,
	"name" text NOT NULL,
	"name_en" text,
	"time_zone" text NOT NULL,
	"currency" text DEFAULT 'CNY' NOT NULL,
	"late_limit_days" smallint DEFAULT 7 NOT NULL,
	"config_version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "campus_code_unique" UNIQUE("code")
);
--> statement-breakpoint
CREATE TABLE "charge" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "charge_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"stream_id" integer NOT NULL,
	"account_id" integer NOT NULL,
	"point_id" integer NOT NULL,
	"meter_id" integer NOT NULL,
	"register" text NOT NULL,
	"epoch" integer NOT NULL,
	"t0_ms" bigint NOT NULL,
	"t1_ms" bigint NOT NULL,
	"rev" integer DEFAULT 0 NOT NULL,
	"start_micro" bigint NOT NULL,
	"end_micro" bigint NOT NULL,
	"quantity_micro" bigint NOT NULL,
	"numerator_pico" numeric(38, 0) NOT NULL,
	"amount_micro" bigint NOT NULL,
	"tariff_version_id" integer NOT NULL,
	"accrued_micro" bigint NOT NULL,
	"carry_pico" bigint NOT NULL,
	"lines" jsonb NOT NULL,
	"tx_id" bigint,
	"superseded_by" bigint,
	"posted_ms" bigint NOT NULL,
	CONSTRAINT "charge_key" UNIQUE("meter_id","register","epoch","t0_ms","t1_ms","rev")
);
--> statement-breakpoint
CREATE TABLE "idempotency" (
	"api_key_id" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" "bytea" NOT NULL,
	"status" integer NOT NULL,
	"body" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_api_key_id_key_pk" PRIMARY KEY("api_key_id","key")
);
--> statement-breakpoint
CREATE TABLE "ledger_account" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ledger_account_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"name" text NOT NULL,
	"currency" text NOT NULL,
	"account_id" integer,
	"bucket" text,
	"expires_ms" bigint,
	"balance_micro" bigint,
	"account_seq" bigint,
	"head_hash" "bytea",
	CONSTRAINT "ledger_account_name" UNIQUE("campus_id","name")
);
--> statement-breakpoint
CREATE TABLE "ledger_checkpoint" (
	"n" integer PRIMARY KEY NOT NULL,
	"from_tx" bigint NOT NULL,
	"to_tx" bigint NOT NULL,
	"count" integer NOT NULL,
	"root" "bytea" NOT NULL,
	"prev_root" "bytea",
	"made_ms" bigint NOT NULL,
	"key_id" text NOT NULL,
	"signature" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_entry" (
	"tx_id" bigint NOT NULL,
	"n" smallint NOT NULL,
	"ledger_account_id" integer NOT NULL,
	"amount_micro" bigint NOT NULL,
	"account_seq" bigint,
	"balance_after_micro" bigint,
	"entry_hash" "bytea",
	CONSTRAINT "ledger_entry_tx_id_n_pk" PRIMARY KEY("tx_id","n")
);
--> statement-breakpoint
CREATE TABLE "ledger_tx" (
	"id" bigint PRIMARY KEY NOT NULL,
	"campus_id" integer NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"t_ms" bigint NOT NULL,
	"currency" text NOT NULL,
	"lines_hash" "bytea",
	"tx_hash" "bytea" NOT NULL,
	"request_hash" "bytea",
	"reverses" bigint,
	CONSTRAINT "ledger_tx_key" UNIQUE("campus_id","key")
);
--> statement-breakpoint
CREATE TABLE "payment" (
	"id" text PRIMARY KEY NOT NULL,
	"campus_id" integer NOT NULL,
	"account_id" integer NOT NULL,
	"channel" text NOT NULL,
	"reference" text NOT NULL,
	"amount_micro" bigint NOT NULL,
	"tx_id" bigint NOT NULL,
	"actor" text NOT NULL,
	"reason" text,
	"accepted_at" timestamp with time zone NOT NULL,
	"command_ids" text[] NOT NULL,
	CONSTRAINT "payment_reference" UNIQUE("campus_id","channel","reference")
);
--> statement-breakpoint
CREATE TABLE "feeder_link" (
	"parent_point_id" integer NOT NULL,
	"child_point_id" integer NOT NULL,
	"sign" smallint DEFAULT 1 NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_to" timestamp with time zone,
	CONSTRAINT "feeder_link_parent_point_id_child_point_id_valid_from_pk" PRIMARY KEY("parent_point_id","child_point_id","valid_from")
);
--> statement-breakpoint
CREATE TABLE "gateway" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "gateway_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"code" text NOT NULL,
	"serial" text,
	"space_id" integer,
	"boot" bigint,
	"firmware" text,
	"online" boolean,
	"status_ms" bigint,
	"last_seen_ms" bigint,
	CONSTRAINT "gateway_code" UNIQUE("campus_id","code")
);
--> statement-breakpoint
CREATE TABLE "meter" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "meter_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"code" text NOT NULL,
	"serial" text NOT NULL,
	"utility" "utility" NOT NULL,
	"phases" smallint DEFAULT 1 NOT NULL,
	"ratio_micro" bigint DEFAULT 1000000 NOT NULL,
	"modulus_micro" bigint,
	"register_decimals" smallint DEFAULT 2 NOT NULL,
	"imax_a" double precision DEFAULT 60 NOT NULL,
	"qmax_m3h" double precision,
	"interval_s" integer DEFAULT 60 NOT NULL,
	"has_relay" boolean DEFAULT true NOT NULL,
	"gateway_id" integer,
	"profile" text DEFAULT 'native' NOT NULL,
	"profile_options" jsonb,
	"online" boolean,
	"status_ms" bigint,
	"retired_at" timestamp with time zone,
	CONSTRAINT "meter_code" UNIQUE("campus_id","code"),
	CONSTRAINT "meter_serial" UNIQUE("campus_id","serial")
);
--> statement-breakpoint
CREATE TABLE "meter_install" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "meter_install_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"point_id" integer NOT NULL,
	"meter_id" integer NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_to" timestamp with time zone,
	"start_micro" bigint,
	"end_micro" bigint
);
--> statement-breakpoint
CREATE TABLE "meter_point" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "meter_point_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"space_id" integer NOT NULL,
	"code" text NOT NULL,
	"name" text,
	"utility" "utility" NOT NULL,
	"role" "point_role" NOT NULL,
	"capacity_w" integer,
	"limit_w" integer,
	"overload_action" "overload_action" DEFAULT 'TRIP' NOT NULL,
	"protection" "protection" DEFAULT 'NONE' NOT NULL,
	"protection_owner" text,
	"protection_phone" text,
	CONSTRAINT "meter_point_code" UNIQUE("campus_id","code")
);
--> statement-breakpoint
CREATE TABLE "meter_state" (
	"meter_id" integer PRIMARY KEY NOT NULL,
	"epoch" integer DEFAULT 0 NOT NULL,
	"base_ms" bigint,
	"base_micro" bigint,
	"first_ms" bigint,
	"held" jsonb,
	"rate_base" jsonb,
	"last_ms" bigint,
	"last_rx_ms" bigint,
	"boot" bigint,
	"seq" bigint,
	"drift" jsonb,
	"power_w" double precision,
	"voltage_v" double precision,
	"current_a" double precision,
	"power_factor" double precision,
	"relay" smallint,
	"valve" smallint,
	"flow_m3h" double precision,
	"detection" jsonb
);
--> statement-breakpoint
CREATE TABLE "register_epoch" (
	"meter_id" integer NOT NULL,
	"epoch" integer NOT NULL,
	"opened_ms" bigint NOT NULL,
	"reason" text NOT NULL,
	"start_micro" bigint,
	"proposed_lost_micro" bigint,
	CONSTRAINT "register_epoch_meter_id_epoch_pk" PRIMARY KEY("meter_id","epoch")
);
--> statement-breakpoint
CREATE TABLE "api_key" (
	"id" text PRIMARY KEY NOT NULL,
	"campus_id" integer NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"scopes" text[] NOT NULL,
	"space_id" integer,
	"created_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_key_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "app_user" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "app_user_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"code" text NOT NULL,
	"person_id" integer,
	"display_name" text NOT NULL,
	"password_hash" text NOT NULL,
	"disabled" boolean DEFAULT false NOT NULL,
	"session_version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "app_user_code" UNIQUE("code")
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"campus_id" integer,
	"at_ms" bigint NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"target" text NOT NULL,
	"ip" text,
	"before" jsonb,
	"after" jsonb,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "display" (
	"id" text PRIMARY KEY NOT NULL,
	"campus_id" integer NOT NULL,
	"name" text NOT NULL,
	"token_hash" text NOT NULL,
	"previous_token_hash" text,
	"rotated_at" timestamp with time zone NOT NULL,
	"paired_at" timestamp with time zone NOT NULL,
	"paired_by" text NOT NULL,
	"revoked_at" timestamp with time zone,
	"last_heartbeat_ms" bigint,
	"last_frame_ms" bigint,
	"build" text,
	"playlist" jsonb NOT NULL,
	CONSTRAINT "display_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "display_pairing" (
	"code" text PRIMARY KEY NOT NULL,
	"secret_hash" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"display_id" text,
	"token" text
);
--> statement-breakpoint
CREATE TABLE "job_run" (
	"job" text PRIMARY KEY NOT NULL,
	"started_ms" bigint NOT NULL,
	"finished_ms" bigint,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "occupancy" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "occupancy_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"account_id" integer NOT NULL,
	"person_id" integer NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_to" timestamp with time zone,
	"share_ppm" integer
);
--> statement-breakpoint
CREATE TABLE "person" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "person_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"contact" text,
	CONSTRAINT "person_code" UNIQUE("campus_id","code")
);
--> statement-breakpoint
CREATE TABLE "role_binding" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "role_binding_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"user_id" integer NOT NULL,
	"role" "role" NOT NULL,
	"space_id" integer,
	"department_id" integer,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_to" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "setting" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "quarantine" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "quarantine_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"campus_id" integer,
	"meter_id" integer,
	"meter_code" text,
	"gateway_code" text,
	"topic" text,
	"ts_ms" bigint,
	"rx_at" timestamp with time zone NOT NULL,
	"reason" text NOT NULL,
	"field" text,
	"detail" text,
	"payload" text,
	"fingerprint" text,
	"count" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "quarantine_fingerprint_unique" UNIQUE("fingerprint")
);
--> statement-breakpoint
CREATE TABLE "department" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "department_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"parent_id" integer,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"name_en" text,
	"cost_center" text,
	"path" integer[] NOT NULL,
	CONSTRAINT "department_code" UNIQUE("campus_id","code")
);
--> statement-breakpoint
CREATE TABLE "department_assignment" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "department_assignment_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"department_id" integer NOT NULL,
	"space_id" integer,
	"point_id" integer,
	"share_ppm" integer DEFAULT 1000000 NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_to" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "quota" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "quota_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"department_id" integer,
	"space_id" integer,
	"utility" text NOT NULL,
	"month" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"limit_micro" bigint NOT NULL,
	"thresholds" integer[] NOT NULL,
	"action" text DEFAULT 'SOFT' NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp with time zone NOT NULL,
	"reason" text,
	CONSTRAINT "quota_version" UNIQUE NULLS NOT DISTINCT("campus_id","department_id","space_id","utility","month","version")
);
--> statement-breakpoint
CREATE TABLE "space" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "space_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"parent_id" integer,
	"kind" "space_kind" NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"name_en" text,
	"area_m2" integer,
	"head_capacity" integer,
	"geometry" jsonb,
	"position" integer DEFAULT 0 NOT NULL,
	"path" integer[] NOT NULL,
	CONSTRAINT "space_code" UNIQUE("campus_id","code")
);
--> statement-breakpoint
CREATE TABLE "command" (
	"id" text PRIMARY KEY NOT NULL,
	"campus_id" integer NOT NULL,
	"point_id" integer NOT NULL,
	"meter_id" integer NOT NULL,
	"op" text NOT NULL,
	"args" jsonb NOT NULL,
	"state" "command_state" NOT NULL,
	"cause" text NOT NULL,
	"why" text NOT NULL,
	"actor" text NOT NULL,
	"automatic" boolean NOT NULL,
	"created_ms" bigint NOT NULL,
	"not_before_ms" bigint NOT NULL,
	"expires_ms" bigint NOT NULL,
	"issued_ms" bigint,
	"sent_ms" bigint,
	"sends" integer DEFAULT 0 NOT NULL,
	"accepted_ms" bigint,
	"executed_ms" bigint,
	"finished_ms" bigint,
	"due_ms" bigint,
	"result_code" text,
	"observed" jsonb,
	"origin_id" text
);
--> statement-breakpoint
CREATE TABLE "command_event" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "command_event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"command_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"event" text NOT NULL,
	"from_state" text,
	"to_state" text NOT NULL,
	"actor" text NOT NULL,
	"detail" jsonb
);
--> statement-breakpoint
CREATE TABLE "control_lease" (
	"point_id" integer PRIMARY KEY NOT NULL,
	"user_id" integer NOT NULL,
	"user_name" text NOT NULL,
	"until_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credential" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "credential_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"code" text NOT NULL,
	"password_hash" text NOT NULL,
	"signing_key" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "supply_state" (
	"point_id" integer PRIMARY KEY NOT NULL,
	"reasons" jsonb NOT NULL,
	"tags" jsonb NOT NULL,
	"observed" "observed_supply" DEFAULT 'UNKNOWN' NOT NULL,
	"observed_ms" bigint,
	"changed_ms" bigint,
	"operations_ms" jsonb NOT NULL,
	"retry_due_ms" bigint,
	"attempts" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "top_up_latency" (
	"payment_id" text PRIMARY KEY NOT NULL,
	"accepted_ms" bigint NOT NULL,
	"acknowledged_ms" bigint,
	"proven_ms" bigint,
	"to_ack_ms" double precision
);
--> statement-breakpoint
CREATE TABLE "calendar" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "calendar_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"days" jsonb NOT NULL,
	CONSTRAINT "calendar_code" UNIQUE("campus_id","code")
);
--> statement-breakpoint
CREATE TABLE "policy" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "policy_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"current" boolean NOT NULL,
	"body" jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "policy_version" UNIQUE("campus_id","code","version")
);
--> statement-breakpoint
CREATE TABLE "tariff" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tariff_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"campus_id" integer NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"utility" "utility" NOT NULL,
	"calendar_id" integer,
	CONSTRAINT "tariff_code" UNIQUE("campus_id","code")
);
--> statement-breakpoint
CREATE TABLE "tariff_version" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tariff_version_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"tariff_id" integer NOT NULL,
	"number" integer NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"accrual" text DEFAULT 'MONTH' NOT NULL,
	"body" jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "tariff_version_number" UNIQUE("tariff_id","number"),
	CONSTRAINT "tariff_version_from" UNIQUE("tariff_id","valid_from")
);
--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_space_id_space_id_fk" FOREIGN KEY ("space_id") REFERENCES "public"."space"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_department_id_department_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."department"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_point" ADD CONSTRAINT "account_point_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_point" ADD CONSTRAINT "account_point_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_tariff" ADD CONSTRAINT "account_tariff_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_tariff" ADD CONSTRAINT "account_tariff_tariff_id_tariff_id_fk" FOREIGN KEY ("tariff_id") REFERENCES "public"."tariff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accrual" ADD CONSTRAINT "accrual_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stream" ADD CONSTRAINT "stream_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stream" ADD CONSTRAINT "stream_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "time_left" ADD CONSTRAINT "time_left_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alarm" ADD CONSTRAINT "alarm_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alarm_event" ADD CONSTRAINT "alarm_event_alarm_id_alarm_id_fk" FOREIGN KEY ("alarm_id") REFERENCES "public"."alarm"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rule_setting" ADD CONSTRAINT "rule_setting_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_account" ADD CONSTRAINT "ledger_account_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_account" ADD CONSTRAINT "ledger_account_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment" ADD CONSTRAINT "payment_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feeder_link" ADD CONSTRAINT "feeder_link_parent_point_id_meter_point_id_fk" FOREIGN KEY ("parent_point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feeder_link" ADD CONSTRAINT "feeder_link_child_point_id_meter_point_id_fk" FOREIGN KEY ("child_point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gateway" ADD CONSTRAINT "gateway_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gateway" ADD CONSTRAINT "gateway_space_id_space_id_fk" FOREIGN KEY ("space_id") REFERENCES "public"."space"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meter" ADD CONSTRAINT "meter_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meter" ADD CONSTRAINT "meter_gateway_id_gateway_id_fk" FOREIGN KEY ("gateway_id") REFERENCES "public"."gateway"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meter_install" ADD CONSTRAINT "meter_install_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meter_install" ADD CONSTRAINT "meter_install_meter_id_meter_id_fk" FOREIGN KEY ("meter_id") REFERENCES "public"."meter"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meter_point" ADD CONSTRAINT "meter_point_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "meter_point" ADD CONSTRAINT "meter_point_space_id_space_id_fk" FOREIGN KEY ("space_id") REFERENCES "public"."space"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "register_epoch" ADD CONSTRAINT "register_epoch_meter_id_meter_id_fk" FOREIGN KEY ("meter_id") REFERENCES "public"."meter"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "app_user" ADD CONSTRAINT "app_user_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "display" ADD CONSTRAINT "display_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "occupancy" ADD CONSTRAINT "occupancy_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "occupancy" ADD CONSTRAINT "occupancy_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "person" ADD CONSTRAINT "person_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_binding" ADD CONSTRAINT "role_binding_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "department" ADD CONSTRAINT "department_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "department_assignment" ADD CONSTRAINT "department_assignment_department_id_department_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."department"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "department_assignment" ADD CONSTRAINT "department_assignment_space_id_space_id_fk" FOREIGN KEY ("space_id") REFERENCES "public"."space"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quota" ADD CONSTRAINT "quota_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quota" ADD CONSTRAINT "quota_department_id_department_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."department"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quota" ADD CONSTRAINT "quota_space_id_space_id_fk" FOREIGN KEY ("space_id") REFERENCES "public"."space"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "space" ADD CONSTRAINT "space_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "command" ADD CONSTRAINT "command_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "command" ADD CONSTRAINT "command_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "command" ADD CONSTRAINT "command_meter_id_meter_id_fk" FOREIGN KEY ("meter_id") REFERENCES "public"."meter"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "command_event" ADD CONSTRAINT "command_event_command_id_command_id_fk" FOREIGN KEY ("command_id") REFERENCES "public"."command"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "control_lease" ADD CONSTRAINT "control_lease_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credential" ADD CONSTRAINT "credential_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "supply_state" ADD CONSTRAINT "supply_state_point_id_meter_point_id_fk" FOREIGN KEY ("point_id") REFERENCES "public"."meter_point"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendar" ADD CONSTRAINT "calendar_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "policy" ADD CONSTRAINT "policy_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tariff" ADD CONSTRAINT "tariff_campus_id_campus_id_fk" FOREIGN KEY ("campus_id") REFERENCES "public"."campus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tariff" ADD CONSTRAINT "tariff_calendar_id_calendar_id_fk" FOREIGN KEY ("calendar_id") REFERENCES "public"."calendar"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tariff_version" ADD CONSTRAINT "tariff_version_tariff_id_tariff_id_fk" FOREIGN KEY ("tariff_id") REFERENCES "public"."tariff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_space" ON "account" USING btree ("space_id");--> statement-breakpoint
CREATE INDEX "account_policy_due" ON "account" USING btree ("policy_due_ms") WHERE policy_due_ms is not null;--> statement-breakpoint
CREATE INDEX "account_point_point" ON "account_point" USING btree ("point_id");--> statement-breakpoint
CREATE UNIQUE INDEX "account_point_open" ON "account_point" USING btree ("point_id") WHERE valid_to is null;--> statement-breakpoint
CREATE INDEX "stream_point" ON "stream" USING btree ("point_id");--> statement-breakpoint
CREATE UNIQUE INDEX "alarm_open" ON "alarm" USING btree ("rule","subject_type","subject_id") WHERE ended_ms is null;--> statement-breakpoint
CREATE INDEX "alarm_campus_raised" ON "alarm" USING btree ("campus_id","raised_ms");--> statement-breakpoint
CREATE INDEX "alarm_subject" ON "alarm" USING btree ("subject_type","subject_id");--> statement-breakpoint
CREATE INDEX "alarm_event_alarm" ON "alarm_event" USING btree ("alarm_id");--> statement-breakpoint
CREATE INDEX "notice_account" ON "notice" USING btree ("account_id","at_ms");--> statement-breakpoint
CREATE INDEX "notice_campus" ON "notice" USING btree ("campus_id","at_ms");--> statement-breakpoint
CREATE INDEX "charge_stream" ON "charge" USING btree ("stream_id","t1_ms");--> statement-breakpoint
CREATE INDEX "charge_account" ON "charge" USING btree ("account_id","t1_ms");--> statement-breakpoint
CREATE INDEX "ledger_account_account" ON "ledger_account" USING btree ("account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_entry_chain" ON "ledger_entry" USING btree ("ledger_account_id","account_seq") WHERE account_seq is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_tx_reverses" ON "ledger_tx" USING btree ("reverses") WHERE reverses is not null;--> statement-breakpoint
CREATE INDEX "payment_account" ON "payment" USING btree ("account_id","accepted_at");--> statement-breakpoint
CREATE INDEX "feeder_link_child" ON "feeder_link" USING btree ("child_point_id");--> statement-breakpoint
CREATE INDEX "meter_gateway" ON "meter" USING btree ("gateway_id");--> statement-breakpoint
CREATE INDEX "meter_install_meter" ON "meter_install" USING btree ("meter_id");--> statement-breakpoint
CREATE INDEX "meter_install_point" ON "meter_install" USING btree ("point_id");--> statement-breakpoint
CREATE UNIQUE INDEX "meter_install_open_point" ON "meter_install" USING btree ("point_id") WHERE valid_to is null;--> statement-breakpoint
CREATE UNIQUE INDEX "meter_install_open_meter" ON "meter_install" USING btree ("meter_id") WHERE valid_to is null;--> statement-breakpoint
CREATE INDEX "meter_point_space" ON "meter_point" USING btree ("space_id");--> statement-breakpoint
CREATE INDEX "audit_log_target" ON "audit_log" USING btree ("target");--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at_ms");--> statement-breakpoint
CREATE INDEX "occupancy_account" ON "occupancy" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "occupancy_person" ON "occupancy" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "role_binding_user" ON "role_binding" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "quarantine_rx" ON "quarantine" USING btree ("rx_at");--> statement-breakpoint
CREATE INDEX "quarantine_meter" ON "quarantine" USING btree ("meter_id");--> statement-breakpoint
CREATE INDEX "department_assignment_department" ON "department_assignment" USING btree ("department_id");--> statement-breakpoint
CREATE INDEX "department_assignment_space" ON "department_assignment" USING btree ("space_id");--> statement-breakpoint
CREATE INDEX "department_assignment_point" ON "department_assignment" USING btree ("point_id");--> statement-breakpoint
CREATE INDEX "space_parent" ON "space" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "space_path" ON "space" USING gin ("path");--> statement-breakpoint
CREATE INDEX "command_point" ON "command" USING btree ("point_id","created_ms");--> statement-breakpoint
CREATE INDEX "command_live" ON "command" USING btree ("state","due_ms") WHERE finished_ms is null;--> statement-breakpoint
CREATE INDEX "command_event_command" ON "command_event" USING btree ("command_id");--> statement-breakpoint
CREATE INDEX "credential_code" ON "credential" USING btree ("campus_id","code");--> statement-breakpoint
CREATE INDEX "policy_current" ON "policy" USING btree ("campus_id","current");