-- The migrated database in its plain profile (native partitions). Written by `npm run db:dump`; a test compares it.

create extension btree_gist;

create type account_class as enum ('PREPAID', 'SPECIAL', 'POSTPAID');

create type account_kind as enum ('ROOM', 'PERSON', 'DEPT', 'PUBLIC');

create type account_status as enum ('ACTIVE', 'CLOSED');

create type bulk_direction as enum ('CUT', 'RESTORE');

create type bulk_job_state as enum ('PENDING_APPROVAL', 'RUNNING', 'PAUSED', 'DONE', 'STOPPED', 'CANCELLED');

create type bulk_scope as enum ('POINTS', 'ROOMS', 'ROOM', 'FLOOR', 'BUILDING', 'CAMPUS', 'FEEDER');

create type bulk_target_state as enum ('PLANNED', 'HANDED', 'LIFTED', 'BLOCKED', 'ALREADY', 'CANCELLED');

create type command_state as enum ('PENDING_APPROVAL', 'QUEUED', 'SENT', 'ACCEPTED', 'EXECUTED', 'VERIFIED', 'UNVERIFIED', 'FAILED', 'FAILED_TIMEOUT', 'EXPIRED', 'CANCELLED', 'SUPERSEDED');

create type delivery_state as enum ('QUEUED', 'SENDING', 'SENT', 'FAILED', 'SKIPPED');

create type dispute_state as enum ('OPENED', 'UNDER_REVIEW', 'UPHELD', 'REJECTED', 'CLOSED');

create type duty_level as enum ('ON_DUTY', 'SHIFT_LEAD', 'DUTY_MANAGER');

create type emergency_credit as enum ('OFF', 'OFFERED', 'ACTIVE', 'EXHAUSTED');

create type entitlement_kind as enum ('QUANTITY', 'MONEY');

create type entitlement_state as enum ('DRAFT', 'APPROVED', 'REJECTED');

create type no_cut_declaration_kind as enum ('HEAT', 'COLD', 'PAYMENT_OUTAGE');

create type notice_channel as enum ('PUSH', 'SMS', 'WECOM', 'WECHAT', 'EMAIL', 'DINGTALK', 'FEISHU', 'WEBHOOK');

create type observed_supply as enum ('CLOSED', 'OPEN', 'UNKNOWN');

create type order_state as enum ('CREATED', 'PAID', 'CREDITED', 'PART_REFUNDED', 'REFUNDED', 'CLOSED', 'MISMATCH');

create type overload_action as enum ('TRIP', 'ALARM');

create type point_role as enum ('CUSTOMER', 'PUBLIC', 'FEEDER', 'CHECK', 'PV', 'TENANT');

create type proposal_state as enum ('PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN');

create type protection as enum ('NONE', 'CREDIT', 'LIFE_SAFETY');

create type refund_state as enum ('QUEUED', 'SENT', 'DONE', 'FAILED', 'BY_HAND', 'HANDED_OUT');

create type role as enum ('STUDENT', 'DEPARTMENT_HEAD', 'WARDEN', 'SECURITY', 'MAINTAINER', 'ENERGY_MANAGER', 'FINANCE', 'AUDITOR', 'ADMIN');

create type schedule_state as enum ('PENDING_APPROVAL', 'ACTIVE', 'PAUSED', 'ENDED', 'CANCELLED');

create type space_kind as enum ('CAMPUS', 'BUILDING', 'FLOOR', 'ROOM', 'ZONE');

create type tariff_draft_state as enum ('DRAFT', 'SUBMITTED', 'APPROVED', 'REJECTED');

create type utility as enum ('ELECTRICITY', 'WATER', 'GAS');

create sequence ledger_tx_id as bigint;

create table account (
  id integer generated always as identity not null,
  campus_id integer not null,
  code text not null,
  name text,
  kind account_kind not null,
  status account_status default 'ACTIVE'::account_status not null,
  space_id integer,
  department_id integer,
  policy_code text not null,
  ec_state emergency_credit default 'OFF'::emergency_credit not null,
  ec_limit_micro bigint default 0 not null,
  eligible_ms bigint,
  final_notice_ms bigint,
  told_levels text[] default '{}'::text[] not null,
  policy_due_ms bigint,
  ec_granted_ms bigint,
  class account_class default 'PREPAID'::account_class not null,
  grace_days integer,
  grace_limit_micro bigint,
  recovery_percent integer,
  instalment_micro bigint,
  recovery_since_ms bigint,
  recovered_micro bigint default 0 not null,
  trip_stage text,
  unit text,
  sold_by_id integer,
  constraint account_pkey PRIMARY KEY (id),
  constraint account_code UNIQUE (campus_id, code),
  constraint account_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint account_department_id_department_id_fk FOREIGN KEY (department_id) REFERENCES department(id),
  constraint account_sold_by_id_tariff_id_fk FOREIGN KEY (sold_by_id) REFERENCES tariff(id),
  constraint account_space_id_space_id_fk FOREIGN KEY (space_id) REFERENCES space(id),
  constraint account_trip_stage CHECK ((trip_stage = ANY (ARRAY['TRIPPED'::text, 'CONTINUED'::text]))),
  constraint account_unit CHECK ((((unit IS NULL) = (sold_by_id IS NULL)) AND ((unit IS NULL) OR (unit = ANY (ARRAY['KWH'::text, 'M3'::text])))))
);
alter table account enable row level security;

create table account_point (
  account_id integer not null,
  point_id integer not null,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  constraint account_point_account_id_point_id_valid_from_pk PRIMARY KEY (account_id, point_id, valid_from),
  constraint account_point_one_payer EXCLUDE USING gist (point_id WITH =, tstzrange(valid_from, valid_to) WITH &&),
  constraint account_point_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint account_point_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id)
);

create table account_tariff (
  account_id integer not null,
  utility utility not null,
  tariff_id integer not null,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  constraint account_tariff_account_id_utility_valid_from_pk PRIMARY KEY (account_id, utility, valid_from),
  constraint account_tariff_one EXCLUDE USING gist (account_id WITH =, utility WITH =, tstzrange(valid_from, valid_to) WITH &&),
  constraint account_tariff_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint account_tariff_tariff_id_tariff_id_fk FOREIGN KEY (tariff_id) REFERENCES tariff(id)
);

create table accrual (
  account_id integer not null,
  utility utility not null,
  period_ms bigint not null,
  quantity_micro bigint not null,
  upto_ms bigint not null,
  crossed_ms bigint default 0 not null,
  constraint accrual_account_id_utility_period_ms_pk PRIMARY KEY (account_id, utility, period_ms),
  constraint accrual_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id)
) with (fillfactor=60);
alter table accrual enable row level security;

create table alarm (
  id bigint generated always as identity not null,
  campus_id integer not null,
  rule text not null,
  subject_type text not null,
  subject_id integer not null,
  space_id integer,
  priority smallint not null,
  active boolean not null,
  acknowledged boolean default false not null,
  latched boolean default false not null,
  shelved_until_ms bigint,
  shelved_by text,
  shelve_reason text,
  suppressed_by text,
  out_of_service_ticket text,
  since_ms bigint not null,
  raised_ms bigint not null,
  last_ms bigint not null,
  count integer default 1 not null,
  active_since_ms bigint not null,
  activations jsonb not null,
  acknowledged_by text,
  acknowledged_ms bigint,
  returned_ms bigint,
  ended_ms bigint,
  evidence jsonb not null,
  escalate_due_ms bigint,
  escalation smallint default 0 not null,
  out_of_service_by text,
  out_of_service_ms bigint,
  chatter boolean default false not null,
  fleeting boolean default false not null,
  off_delay_ms integer default 0 not null,
  return_due_ms bigint,
  announced_ms bigint,
  constraint alarm_pkey PRIMARY KEY (id),
  constraint alarm_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create table alarm_event (
  id bigint generated always as identity not null,
  alarm_id bigint not null,
  at_ms bigint not null,
  event text not null,
  actor text not null,
  detail jsonb,
  announced boolean default false not null,
  constraint alarm_event_pkey PRIMARY KEY (id),
  constraint alarm_event_alarm_id_alarm_id_fk FOREIGN KEY (alarm_id) REFERENCES alarm(id)
);

create table api_key (
  id text not null,
  campus_id integer not null,
  name text not null,
  hash text not null,
  scopes text[] not null,
  space_id integer,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  made_by text,
  constraint api_key_pkey PRIMARY KEY (id),
  constraint api_key_hash_unique UNIQUE (hash),
  constraint api_key_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);
alter table api_key enable row level security;

create table app_user (
  id integer generated always as identity not null,
  campus_id integer not null,
  code text not null,
  person_id integer,
  display_name text not null,
  password_hash text not null,
  disabled boolean default false not null,
  session_version integer default 1 not null,
  language text default 'zh-CN'::text not null,
  constraint app_user_pkey PRIMARY KEY (id),
  constraint app_user_code UNIQUE (code),
  constraint app_user_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint app_user_person_id_person_id_fk FOREIGN KEY (person_id) REFERENCES person(id)
);
alter table app_user enable row level security;

create table audit_log (
  id bigint generated always as identity not null,
  campus_id integer,
  at_ms bigint not null,
  actor text not null,
  action text not null,
  target text not null,
  ip text,
  before jsonb,
  after jsonb,
  hash text not null,
  constraint audit_log_pkey PRIMARY KEY (id)
);

create table bulk_job (
  id text not null,
  campus_id integer not null,
  direction bulk_direction not null,
  utility utility not null,
  state bulk_job_state not null,
  scope bulk_scope not null,
  scope_code text,
  reason text not null,
  requester_id integer not null,
  requested_by text not null,
  requested_ms bigint not null,
  request_key text not null,
  request_hash text not null,
  approval_due_ms bigint,
  approved_by text,
  approved_ms bigint,
  started_ms bigint,
  good_until_ms bigint,
  finished_ms bigint,
  ended_by text,
  end_cause text,
  note text,
  schedule_id text,
  constraint bulk_job_pkey PRIMARY KEY (id),
  constraint bulk_job_request UNIQUE (requester_id, request_key),
  constraint bulk_job_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint bulk_job_requester_id_app_user_id_fk FOREIGN KEY (requester_id) REFERENCES app_user(id),
  constraint bulk_job_schedule_id_switch_schedule_id_fk FOREIGN KEY (schedule_id) REFERENCES switch_schedule(id)
);
alter table bulk_job enable row level security;

create table bulk_target (
  job_id text not null,
  point_id integer not null,
  seq integer not null,
  state bulk_target_state not null,
  reason text,
  line text not null,
  offset_ms integer not null,
  due_ms bigint,
  handed_ms bigint,
  command_id text,
  constraint bulk_target_job_id_point_id_pk PRIMARY KEY (job_id, point_id),
  constraint bulk_target_command_id_command_id_fk FOREIGN KEY (command_id) REFERENCES command(id),
  constraint bulk_target_job_id_bulk_job_id_fk FOREIGN KEY (job_id) REFERENCES bulk_job(id),
  constraint bulk_target_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id)
);
alter table bulk_target enable row level security;

create table calendar (
  id integer generated always as identity not null,
  campus_id integer not null,
  code text not null,
  name text not null,
  days jsonb not null,
  constraint calendar_pkey PRIMARY KEY (id),
  constraint calendar_code UNIQUE (campus_id, code),
  constraint calendar_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create table campus (
  id integer generated always as identity not null,
  code text not null,
  name text not null,
  name_en text,
  time_zone text not null,
  currency text default 'CNY'::text not null,
  late_limit_days smallint default 7 not null,
  config_version bigint default 1 not null,
  created_at timestamp with time zone not null,
  constraint campus_pkey PRIMARY KEY (id),
  constraint campus_code_unique UNIQUE (code)
);

create table campus_hour (
  campus_id integer not null,
  hour_ms bigint not null,
  rooms integer not null,
  rooms_under_24h integer not null,
  constraint campus_hour_campus_id_hour_ms_pk PRIMARY KEY (campus_id, hour_ms),
  constraint campus_hour_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);
alter table campus_hour enable row level security;

create table charge (
  id bigint generated always as identity not null,
  campus_id integer not null,
  stream_id integer not null,
  account_id integer not null,
  point_id integer not null,
  meter_id integer not null,
  register text not null,
  epoch integer not null,
  t0_ms bigint not null,
  t1_ms bigint not null,
  rev integer default 0 not null,
  start_micro bigint not null,
  end_micro bigint not null,
  quantity_micro bigint not null,
  numerator_pico numeric(38,0) not null,
  amount_micro bigint not null,
  tariff_version_id integer not null,
  accrued_micro bigint not null,
  carry_pico bigint not null,
  lines jsonb not null,
  tx_id bigint,
  superseded_by bigint,
  posted_ms bigint not null,
  extra jsonb,
  constraint charge_pkey PRIMARY KEY (id),
  constraint charge_key UNIQUE (meter_id, register, epoch, t0_ms, t1_ms, rev)
);
alter table charge enable row level security;

create table charge_rejection (
  meter_id integer not null,
  epoch integer not null,
  point_id integer not null,
  from_ms bigint not null,
  to_ms bigint not null,
  from_micro bigint not null,
  to_micro bigint not null,
  quantity_micro bigint not null,
  worth_micro bigint not null,
  reason text not null,
  actor text not null,
  approver text,
  at_ms bigint not null,
  constraint charge_rejection_meter_id_epoch_pk PRIMARY KEY (meter_id, epoch),
  constraint charge_rejection_meter_id_meter_id_fk FOREIGN KEY (meter_id) REFERENCES meter(id),
  constraint charge_rejection_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id)
);

create table chargeback (
  id text not null,
  campus_id integer not null,
  account_id integer not null,
  payment_id text not null,
  channel text not null,
  reference text not null,
  amount_micro bigint not null,
  reason text not null,
  actor text not null,
  booked_ms bigint not null,
  tx_id bigint not null,
  returned_ms bigint,
  returned_tx_id bigint,
  cleared_by text,
  cleared_ms bigint,
  note text,
  constraint chargeback_pkey PRIMARY KEY (id),
  constraint chargeback_reference UNIQUE (campus_id, channel, reference),
  constraint chargeback_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint chargeback_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint chargeback_payment_id_payment_id_fk FOREIGN KEY (payment_id) REFERENCES payment(id)
);
alter table chargeback enable row level security;

create table command (
  id text not null,
  campus_id integer not null,
  point_id integer not null,
  meter_id integer not null,
  op text not null,
  args jsonb not null,
  state command_state not null,
  cause text not null,
  why text not null,
  actor text not null,
  automatic boolean not null,
  created_ms bigint not null,
  not_before_ms bigint not null,
  expires_ms bigint not null,
  issued_ms bigint,
  sent_ms bigint,
  sends integer default 0 not null,
  accepted_ms bigint,
  executed_ms bigint,
  finished_ms bigint,
  due_ms bigint,
  result_code text,
  observed jsonb,
  origin_id text,
  constraint command_pkey PRIMARY KEY (id),
  constraint command_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint command_meter_id_meter_id_fk FOREIGN KEY (meter_id) REFERENCES meter(id),
  constraint command_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id)
);
alter table command enable row level security;

create table command_event (
  id bigint generated always as identity not null,
  command_id text not null,
  at_ms bigint not null,
  event text not null,
  from_state text,
  to_state text not null,
  actor text not null,
  detail jsonb,
  constraint command_event_pkey PRIMARY KEY (id),
  constraint command_event_command_id_command_id_fk FOREIGN KEY (command_id) REFERENCES command(id)
);
alter table command_event enable row level security;

create table control_lease (
  point_id integer not null,
  user_id integer not null,
  user_name text not null,
  until_ms bigint not null,
  constraint control_lease_pkey PRIMARY KEY (point_id),
  constraint control_lease_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id)
);
alter table control_lease enable row level security;

create table credential (
  id integer generated always as identity not null,
  campus_id integer not null,
  code text not null,
  password_hash text not null,
  signing_key text not null,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  constraint credential_pkey PRIMARY KEY (id),
  constraint credential_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create table delivery (
  id bigint generated always as identity not null,
  campus_id integer not null,
  notice_id bigint not null,
  kind text not null,
  alarm_id bigint,
  space_id integer,
  channel notice_channel not null,
  user_id integer,
  contact_id integer,
  group_id integer,
  to_resident boolean not null,
  urgent boolean not null,
  subject text not null,
  state delivery_state default 'QUEUED'::delivery_state not null,
  reason text,
  attempts smallint default 0 not null,
  created_ms bigint not null,
  due_ms bigint not null,
  lease_until_ms bigint,
  lease text,
  sent_ms bigint,
  constraint delivery_pkey PRIMARY KEY (id),
  constraint delivery_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint delivery_contact_id_notice_contact_id_fk FOREIGN KEY (contact_id) REFERENCES notice_contact(id) ON DELETE SET NULL,
  constraint delivery_group_id_notice_group_id_fk FOREIGN KEY (group_id) REFERENCES notice_group(id),
  constraint delivery_notice_id_notice_id_fk FOREIGN KEY (notice_id) REFERENCES notice(id),
  constraint delivery_user_id_app_user_id_fk FOREIGN KEY (user_id) REFERENCES app_user(id) ON DELETE CASCADE,
  constraint delivery_receiver CHECK (((user_id IS NULL) = (group_id IS NOT NULL)))
);
alter table delivery enable row level security;

create table department (
  id integer generated always as identity not null,
  campus_id integer not null,
  parent_id integer,
  code text not null,
  name text not null,
  name_en text,
  cost_center text,
  path integer[] not null,
  constraint department_pkey PRIMARY KEY (id),
  constraint department_code UNIQUE (campus_id, code),
  constraint department_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create table department_assignment (
  id integer generated always as identity not null,
  department_id integer not null,
  space_id integer,
  point_id integer,
  share_ppm integer default 1000000 not null,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  constraint department_assignment_pkey PRIMARY KEY (id),
  constraint department_assignment_department_id_department_id_fk FOREIGN KEY (department_id) REFERENCES department(id),
  constraint department_assignment_space_id_space_id_fk FOREIGN KEY (space_id) REFERENCES space(id)
);

create table device_inspection (
  id bigint generated always as identity not null,
  campus_id integer not null,
  subject_type text not null,
  subject_id integer not null,
  point_id integer,
  day date not null,
  at_ms bigint not null,
  from_ms bigint not null,
  to_ms bigint not null,
  result text not null,
  checks jsonb not null,
  standing jsonb not null,
  sensors jsonb not null,
  asked_by text,
  constraint device_inspection_pkey PRIMARY KEY (id),
  constraint device_inspection_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint device_inspection_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id)
);
alter table device_inspection enable row level security;

create table display (
  id text not null,
  campus_id integer not null,
  name text not null,
  token_hash text not null,
  previous_token_hash text,
  rotated_at timestamp with time zone not null,
  paired_at timestamp with time zone not null,
  paired_by text not null,
  revoked_at timestamp with time zone,
  last_heartbeat_ms bigint,
  last_frame_ms bigint,
  build text,
  playlist jsonb not null,
  constraint display_pkey PRIMARY KEY (id),
  constraint display_token_hash_unique UNIQUE (token_hash),
  constraint display_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create table display_pairing (
  code text not null,
  secret_hash text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  display_id text,
  token text,
  constraint display_pairing_pkey PRIMARY KEY (code)
);

create table dispute (
  id text not null,
  campus_id integer not null,
  account_id integer not null,
  charge_id bigint not null,
  state dispute_state not null,
  reason text not null,
  disputed_micro bigint not null,
  opened_by text not null,
  opened_ms bigint not null,
  due_ms bigint not null,
  evidence text not null,
  evidence_hash text not null,
  reviewer text,
  reviewed_ms bigint,
  verdict dispute_state,
  decided_by text,
  decided_ms bigint,
  decision_reason text,
  outcome jsonb,
  closed_ms bigint,
  constraint dispute_pkey PRIMARY KEY (id),
  constraint dispute_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint dispute_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);
alter table dispute enable row level security;

create table duty_shift (
  id integer generated always as identity not null,
  campus_id integer not null,
  user_id integer not null,
  level duty_level not null,
  space_id integer,
  from_ms bigint not null,
  to_ms bigint not null,
  set_by text not null,
  set_ms bigint not null,
  constraint duty_shift_pkey PRIMARY KEY (id),
  constraint duty_shift_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint duty_shift_user_id_app_user_id_fk FOREIGN KEY (user_id) REFERENCES app_user(id),
  constraint duty_shift_span CHECK ((to_ms > from_ms))
);

create table entitlement (
  id integer generated always as identity not null,
  campus_id integer not null,
  code text not null,
  account_id integer not null,
  kind entitlement_kind not null,
  utility utility,
  fund_id integer not null,
  quantity_micro bigint,
  per_head boolean default false not null,
  amount_micro bigint,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  expires_at timestamp with time zone,
  advances_tier boolean default true not null,
  carry_over boolean default false not null,
  state entitlement_state default 'DRAFT'::entitlement_state not null,
  note text,
  drafted_by text not null,
  drafted_at timestamp with time zone not null,
  approved_by text,
  approved_at timestamp with time zone,
  monthly boolean default false not null,
  constraint entitlement_pkey PRIMARY KEY (id),
  constraint entitlement_code UNIQUE (campus_id, code),
  constraint entitlement_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint entitlement_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint entitlement_fund_id_fund_id_fk FOREIGN KEY (fund_id) REFERENCES fund(id),
  constraint entitlement_code_form CHECK ((code ~ '^[A-Za-z0-9_-]{1,64}$'::text)),
  constraint entitlement_of_kind CHECK (
CASE kind
    WHEN 'QUANTITY'::entitlement_kind THEN ((utility IS NOT NULL) AND (quantity_micro > 0) AND (amount_micro IS NULL))
    ELSE ((amount_micro > 0) AND (quantity_micro IS NULL))
END),
  constraint entitlement_second_person CHECK (((approved_by IS NULL) OR (approved_by <> drafted_by))),
  constraint entitlement_span CHECK (((valid_to IS NULL) OR (valid_to > valid_from)))
);
alter table entitlement enable row level security;

create table entitlement_use (
  account_id integer not null,
  entitlement_id integer not null,
  period_ms bigint not null,
  granted_micro bigint not null,
  carried_micro bigint not null,
  used_micro bigint not null,
  upto_ms bigint not null,
  crossed_ms bigint default 0 not null,
  constraint entitlement_use_account_id_entitlement_id_period_ms_pk PRIMARY KEY (account_id, entitlement_id, period_ms),
  constraint entitlement_use_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint entitlement_use_entitlement_id_entitlement_id_fk FOREIGN KEY (entitlement_id) REFERENCES entitlement(id)
) with (fillfactor=60);
alter table entitlement_use enable row level security;

create table feeder_link (
  parent_point_id integer not null,
  child_point_id integer not null,
  sign smallint default 1 not null,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  constraint feeder_link_parent_point_id_child_point_id_valid_from_pk PRIMARY KEY (parent_point_id, child_point_id, valid_from),
  constraint feeder_link_child_point_id_meter_point_id_fk FOREIGN KEY (child_point_id) REFERENCES meter_point(id),
  constraint feeder_link_parent_point_id_meter_point_id_fk FOREIGN KEY (parent_point_id) REFERENCES meter_point(id)
);

create table fund (
  id integer generated always as identity not null,
  campus_id integer not null,
  code text not null,
  name text not null,
  name_en text,
  budget_micro bigint,
  spent_micro bigint default 0 not null,
  created_by text not null,
  created_at timestamp with time zone not null,
  constraint fund_pkey PRIMARY KEY (id),
  constraint fund_code UNIQUE (campus_id, code),
  constraint fund_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint fund_code_form CHECK ((code ~ '^[A-Za-z0-9_-]{1,32}$'::text))
);
alter table fund enable row level security;

create table fund_stop (
  fund_id integer not null,
  from_ms bigint not null,
  to_ms bigint,
  constraint fund_stop_fund_id_from_ms_pk PRIMARY KEY (fund_id, from_ms),
  constraint fund_stop_fund_id_fund_id_fk FOREIGN KEY (fund_id) REFERENCES fund(id)
);
alter table fund_stop enable row level security;

create table fund_use (
  campus_id integer not null,
  pot text not null,
  amount_micro bigint not null
);

create table gateway (
  id integer generated always as identity not null,
  campus_id integer not null,
  code text not null,
  serial text,
  space_id integer,
  boot bigint,
  firmware text,
  online boolean,
  status_ms bigint,
  last_seen_ms bigint,
  constraint gateway_pkey PRIMARY KEY (id),
  constraint gateway_code UNIQUE (campus_id, code),
  constraint gateway_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint gateway_space_id_space_id_fk FOREIGN KEY (space_id) REFERENCES space(id)
);

create table gift (
  id integer generated always as identity not null,
  campus_id integer not null,
  account_id integer not null,
  amount_micro bigint not null,
  payment_id text,
  reason text not null,
  state entitlement_state default 'DRAFT'::entitlement_state not null,
  drafted_by text not null,
  drafted_ms bigint not null,
  decided_by text,
  decided_ms bigint,
  tx_id bigint,
  constraint gift_pkey PRIMARY KEY (id),
  constraint gift_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint gift_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint gift_amount CHECK (((amount_micro > 0) AND ((amount_micro % (10000)::bigint) = 0))),
  constraint gift_second_person CHECK (((state <> 'APPROVED'::entitlement_state) OR ((decided_by IS NOT NULL) AND (decided_by <> drafted_by))))
);
alter table gift enable row level security;

create table idempotency (
  api_key_id text not null,
  key text not null,
  request_hash bytea not null,
  status integer not null,
  body jsonb not null,
  created_at timestamp with time zone not null,
  constraint idempotency_api_key_id_key_pk PRIMARY KEY (api_key_id, key)
);

create table job_run (
  job text not null,
  started_ms bigint not null,
  finished_ms bigint,
  error text,
  constraint job_run_pkey PRIMARY KEY (job)
);

create table ledger_account (
  id integer generated always as identity not null,
  campus_id integer not null,
  name text not null,
  currency text not null,
  account_id integer,
  bucket text,
  expires_ms bigint,
  balance_micro bigint,
  account_seq bigint,
  head_hash bytea,
  constraint ledger_account_pkey PRIMARY KEY (id),
  constraint ledger_account_name UNIQUE (campus_id, name),
  constraint ledger_account_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint ledger_account_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
) with (autovacuum_vacuum_scale_factor=0.05, fillfactor=60);
alter table ledger_account enable row level security;

create table ledger_checkpoint (
  n integer not null,
  from_tx bigint not null,
  to_tx bigint not null,
  count integer not null,
  root bytea not null,
  prev_root bytea,
  made_ms bigint not null,
  key_id text not null,
  signature bytea not null,
  constraint ledger_checkpoint_pkey PRIMARY KEY (n)
);

create table ledger_entry (
  tx_id bigint not null,
  n smallint not null,
  ledger_account_id integer not null,
  amount_micro bigint not null,
  account_seq bigint,
  balance_after_micro bigint,
  entry_hash bytea,
  constraint ledger_entry_tx_id_n_pk PRIMARY KEY (tx_id, n)
);
alter table ledger_entry enable row level security;

create table ledger_key (
  key_id text not null,
  n integer not null,
  public_key bytea not null,
  after_checkpoint integer not null,
  made_ms bigint not null,
  signature bytea not null,
  prev_signature bytea,
  constraint ledger_key_pkey PRIMARY KEY (key_id),
  constraint ledger_key_n UNIQUE (n)
);

create table ledger_tx (
  id bigint not null,
  campus_id integer not null,
  key text not null,
  kind text not null,
  t_ms bigint not null,
  currency text not null,
  lines_hash bytea,
  tx_hash bytea not null,
  request_hash bytea,
  reverses bigint,
  constraint ledger_tx_pkey PRIMARY KEY (id),
  constraint ledger_tx_key UNIQUE (campus_id, key)
);
alter table ledger_tx enable row level security;

create table limit_change (
  id bigint generated always as identity not null,
  campus_id integer not null,
  point_id integer not null,
  command_id text not null,
  by_resident boolean not null,
  actor text not null,
  reason text,
  from_w integer,
  to_w integer,
  cap_w integer,
  asked_ms bigint not null,
  in_force_ms bigint,
  ended_ms bigint,
  constraint limit_change_pkey PRIMARY KEY (id),
  constraint limit_change_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint limit_change_command_id_command_id_fk FOREIGN KEY (command_id) REFERENCES command(id),
  constraint limit_change_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id)
);
alter table limit_change enable row level security;

create table locked_adjustment (
  id integer generated always as identity not null,
  campus_id integer not null,
  account_id integer not null,
  utility utility not null,
  month_ms bigint not null,
  draft_id integer not null,
  amount_micro bigint not null,
  tx_id bigint not null,
  booked_ms bigint not null,
  row_hash bytea not null,
  constraint locked_adjustment_pkey PRIMARY KEY (id),
  constraint locked_adjustment_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id)
);
alter table locked_adjustment enable row level security;

create table meter (
  id integer generated always as identity not null,
  campus_id integer not null,
  code text not null,
  serial text not null,
  utility utility not null,
  phases smallint default 1 not null,
  ratio_micro bigint default 1000000 not null,
  modulus_micro bigint,
  register_decimals smallint default 2 not null,
  imax_a double precision default 60 not null,
  qmax_m3h double precision,
  interval_s integer default 60 not null,
  has_relay boolean default true not null,
  gateway_id integer,
  profile text default 'native'::text not null,
  profile_options jsonb,
  online boolean,
  status_ms bigint,
  retired_at timestamp with time zone,
  constraint meter_pkey PRIMARY KEY (id),
  constraint meter_code UNIQUE (campus_id, code),
  constraint meter_serial UNIQUE (campus_id, serial),
  constraint meter_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint meter_gateway_id_gateway_id_fk FOREIGN KEY (gateway_id) REFERENCES gateway(id)
);

create table meter_event (
  meter_id integer not null,
  point_id integer not null,
  name text not null,
  is_on boolean not null,
  ts_ms bigint not null,
  at_ms bigint not null,
  level text,
  alarm_id bigint,
  after_event_id bigint,
  constraint meter_event_meter_id_name_is_on_ts_ms_pk PRIMARY KEY (meter_id, name, is_on, ts_ms),
  constraint meter_event_meter_id_meter_id_fk FOREIGN KEY (meter_id) REFERENCES meter(id),
  constraint meter_event_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id)
);

create table meter_install (
  id integer generated always as identity not null,
  point_id integer not null,
  meter_id integer not null,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  start_micro bigint,
  end_micro bigint,
  mapped_ms bigint,
  constraint meter_install_pkey PRIMARY KEY (id),
  constraint meter_install_no_overlap EXCLUDE USING gist (point_id WITH =, tstzrange(valid_from, valid_to) WITH &&),
  constraint meter_install_one_place EXCLUDE USING gist (meter_id WITH =, tstzrange(valid_from, valid_to) WITH &&),
  constraint meter_install_meter_id_meter_id_fk FOREIGN KEY (meter_id) REFERENCES meter(id),
  constraint meter_install_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id)
);

create table meter_point (
  id integer generated always as identity not null,
  campus_id integer not null,
  space_id integer not null,
  code text not null,
  name text,
  utility utility not null,
  role point_role not null,
  capacity_w integer,
  limit_w integer,
  overload_action overload_action default 'TRIP'::overload_action not null,
  protection protection default 'NONE'::protection not null,
  protection_owner text,
  protection_phone text,
  name_en text,
  constraint meter_point_pkey PRIMARY KEY (id),
  constraint meter_point_code UNIQUE (campus_id, code),
  constraint meter_point_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint meter_point_space_id_space_id_fk FOREIGN KEY (space_id) REFERENCES space(id)
);

create table meter_state (
  meter_id integer not null,
  epoch integer default 0 not null,
  base_ms bigint,
  base_micro bigint,
  first_ms bigint,
  held jsonb,
  rate_base jsonb,
  last_ms bigint,
  last_rx_ms bigint,
  boot bigint,
  seq bigint,
  drift jsonb,
  power_w double precision,
  voltage_v double precision,
  current_a double precision,
  power_factor double precision,
  relay smallint,
  valve smallint,
  flow_m3h double precision,
  detection jsonb,
  position_ms bigint,
  constraint meter_state_pkey PRIMARY KEY (meter_id)
) with (autovacuum_vacuum_scale_factor=0.05, fillfactor=50);

create table money_grant (
  entitlement_id integer not null,
  period_ms bigint not null,
  campus_id integer not null,
  code text not null,
  account_id integer not null,
  amount_micro bigint not null,
  granted_ms bigint not null,
  expires_ms bigint,
  tx_id bigint not null,
  constraint money_grant_entitlement_id_period_ms_pk PRIMARY KEY (entitlement_id, period_ms),
  constraint money_grant_code UNIQUE (campus_id, code),
  constraint money_grant_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint money_grant_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint money_grant_entitlement_id_entitlement_id_fk FOREIGN KEY (entitlement_id) REFERENCES entitlement(id)
);
alter table money_grant enable row level security;

create table month_lock (
  campus_id integer not null,
  month text not null,
  end_ms bigint not null,
  locked_by text not null,
  locked_at timestamp with time zone not null,
  constraint month_lock_campus_id_month_pk PRIMARY KEY (campus_id, month),
  constraint month_lock_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create table no_cut_declaration (
  id integer generated always as identity not null,
  campus_id integer not null,
  policy_code text,
  kind no_cut_declaration_kind not null,
  from_ms bigint not null,
  to_ms bigint not null,
  reason text not null,
  declared_by text not null,
  declared_ms bigint not null,
  ended_by text,
  ended_ms bigint,
  constraint no_cut_declaration_pkey PRIMARY KEY (id),
  constraint no_cut_declaration_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint no_cut_declaration_span CHECK ((to_ms >= from_ms))
);

create table notice (
  id bigint generated always as identity not null,
  campus_id integer not null,
  kind text not null,
  account_id integer,
  department_id integer,
  at_ms bigint not null,
  dedupe_key text not null,
  body jsonb not null,
  alarm_id bigint,
  constraint notice_pkey PRIMARY KEY (id),
  constraint notice_dedupe_key_unique UNIQUE (dedupe_key),
  constraint notice_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);
alter table notice enable row level security;

create table notice_contact (
  id integer generated always as identity not null,
  user_id integer not null,
  channel notice_channel not null,
  address text not null,
  created_ms bigint not null,
  verified_ms bigint,
  gone_ms bigint,
  code_hash text,
  code_until_ms bigint,
  code_sent_ms bigint,
  code_tries smallint default 0 not null,
  constraint notice_contact_pkey PRIMARY KEY (id),
  constraint notice_contact_user_id_app_user_id_fk FOREIGN KEY (user_id) REFERENCES app_user(id) ON DELETE CASCADE
);

create table notice_group (
  id integer generated always as identity not null,
  campus_id integer not null,
  channel notice_channel not null,
  name text not null,
  url text not null,
  secret text not null,
  previous_secret text,
  rotated_ms bigint,
  topics text[] not null,
  space_id integer,
  language text not null,
  created_ms bigint not null,
  created_by text not null,
  ended_ms bigint,
  constraint notice_group_pkey PRIMARY KEY (id),
  constraint notice_group_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);
alter table notice_group enable row level security;

create table notice_preference (
  user_id integer not null,
  topic text not null,
  channels notice_channel[] not null,
  constraint notice_preference_user_id_topic_pk PRIMARY KEY (user_id, topic),
  constraint notice_preference_user_id_app_user_id_fk FOREIGN KEY (user_id) REFERENCES app_user(id) ON DELETE CASCADE
);

create table occupancy (
  id integer generated always as identity not null,
  account_id integer not null,
  person_id integer not null,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  share_ppm integer,
  constraint occupancy_pkey PRIMARY KEY (id),
  constraint occupancy_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint occupancy_person_id_person_id_fk FOREIGN KEY (person_id) REFERENCES person(id)
);
alter table occupancy enable row level security;

create table payment (
  id text not null,
  campus_id integer not null,
  account_id integer not null,
  channel text not null,
  reference text not null,
  amount_micro bigint not null,
  tx_id bigint not null,
  actor text not null,
  reason text,
  accepted_at timestamp with time zone not null,
  command_ids text[] not null,
  units_micro bigint,
  units_tx_id bigint,
  unit_lines jsonb,
  approver text,
  constraint payment_pkey PRIMARY KEY (id),
  constraint payment_reference UNIQUE (campus_id, channel, reference),
  constraint payment_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint payment_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint payment_units CHECK ((num_nulls(units_micro, units_tx_id, unit_lines) = ANY (ARRAY[0, 3])))
);
alter table payment enable row level security;

create table payment_order (
  order_no text not null,
  campus_id integer not null,
  account_id integer not null,
  person_id integer,
  actor text not null,
  channel text not null,
  amount_micro bigint not null,
  currency text not null,
  state order_state default 'CREATED'::order_state not null,
  client_token text not null,
  created_ms bigint not null,
  paid_ms bigint,
  credited_ms bigint,
  closed_ms bigint,
  provider_txn text,
  provider_ref text,
  pay_url text,
  payment_id text,
  look_due_ms bigint,
  looks integer default 0 not null,
  problem text,
  constraint payment_order_pkey PRIMARY KEY (order_no),
  constraint payment_order_token UNIQUE (actor, client_token),
  constraint payment_order_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint payment_order_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint payment_order_payment_id_payment_id_fk FOREIGN KEY (payment_id) REFERENCES payment(id),
  constraint payment_order_person_id_person_id_fk FOREIGN KEY (person_id) REFERENCES person(id)
);
alter table payment_order enable row level security;

create table person (
  id integer generated always as identity not null,
  campus_id integer not null,
  code text not null,
  name text not null,
  contact text,
  constraint person_pkey PRIMARY KEY (id),
  constraint person_code UNIQUE (campus_id, code),
  constraint person_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);
alter table person enable row level security;

create table policy (
  id integer generated always as identity not null,
  campus_id integer not null,
  code text not null,
  name text not null,
  version integer not null,
  current boolean not null,
  body jsonb not null,
  created_by text not null,
  created_at timestamp with time zone not null,
  name_en text,
  constraint policy_pkey PRIMARY KEY (id),
  constraint policy_version UNIQUE (campus_id, code, version),
  constraint policy_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create table protection_proposal (
  id integer generated always as identity not null,
  campus_id integer not null,
  point_id integer not null,
  state proposal_state not null,
  before protection not null,
  after protection not null,
  owner text,
  phone text,
  reason text not null,
  proposer_id integer not null,
  proposed_by text not null,
  proposed_ms bigint not null,
  decided_by text,
  decided_ms bigint,
  note text,
  constraint protection_proposal_pkey PRIMARY KEY (id),
  constraint protection_proposal_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint protection_proposal_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id),
  constraint protection_proposal_proposer_id_app_user_id_fk FOREIGN KEY (proposer_id) REFERENCES app_user(id)
);
alter table protection_proposal enable row level security;

create table psp_event (
  id bigint generated always as identity not null,
  campus_id integer,
  channel text not null,
  source text not null,
  event_id text,
  first boolean not null,
  verdict text not null,
  received_ms bigint not null,
  order_no text,
  provider_txn text,
  amount_micro bigint,
  currency text,
  detail text,
  body_hash bytea,
  address text,
  row_hash bytea not null,
  constraint psp_event_pkey PRIMARY KEY (id),
  constraint psp_event_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);
alter table psp_event enable row level security;

create table quarantine (
  id bigint generated always as identity not null,
  campus_id integer,
  meter_id integer,
  meter_code text,
  gateway_code text,
  topic text,
  ts_ms bigint,
  rx_at timestamp with time zone not null,
  reason text not null,
  field text,
  detail text,
  payload text,
  fingerprint text,
  count integer default 1 not null,
  constraint quarantine_pkey PRIMARY KEY (id),
  constraint quarantine_fingerprint_unique UNIQUE (fingerprint)
);

create table quota (
  id integer generated always as identity not null,
  campus_id integer not null,
  department_id integer,
  space_id integer,
  utility text not null,
  month text not null,
  version integer default 1 not null,
  limit_micro bigint not null,
  thresholds integer[] not null,
  action text default 'SOFT'::text not null,
  set_by text not null,
  set_at timestamp with time zone not null,
  reason text,
  constraint quota_pkey PRIMARY KEY (id),
  constraint quota_version UNIQUE NULLS NOT DISTINCT (campus_id, department_id, space_id, utility, month, version),
  constraint quota_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint quota_department_id_department_id_fk FOREIGN KEY (department_id) REFERENCES department(id),
  constraint quota_space_id_space_id_fk FOREIGN KEY (space_id) REFERENCES space(id)
);

create table reading (
  meter_id integer not null,
  ts timestamp with time zone not null,
  rx_ts timestamp with time zone not null,
  boot bigint,
  seq bigint,
  value_micro bigint,
  quality smallint default 0 not null,
  ts_source smallint default 0 not null,
  epoch integer default 1 not null,
  quantity_micro bigint,
  power_w double precision,
  voltage_v double precision,
  current_a double precision,
  power_factor double precision,
  relay smallint,
  valve smallint,
  extra jsonb,
  constraint reading_pkey PRIMARY KEY (meter_id, ts)
) partition by RANGE (ts);

create table reading_hourly (
  meter_id integer not null,
  hour timestamp with time zone not null,
  quantity_micro bigint not null,
  power_mean_w double precision,
  power_max_w double precision,
  readings integer not null,
  first_ts timestamp with time zone not null,
  last_ts timestamp with time zone not null,
  constraint reading_hourly_pkey PRIMARY KEY (meter_id, hour)
) with (fillfactor=70);

create table refund (
  refund_no text not null,
  campus_id integer not null,
  account_id integer not null,
  payment_id text not null,
  channel text not null,
  amount_micro bigint not null,
  state refund_state not null,
  tx_id bigint not null,
  actor text not null,
  approver text,
  reason text not null,
  created_ms bigint not null,
  attempts integer default 0 not null,
  due_ms bigint,
  done_ms bigint,
  provider_refund text,
  problem text,
  reversal_tx_id bigint,
  constraint refund_pkey PRIMARY KEY (refund_no),
  constraint refund_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint refund_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint refund_payment_id_payment_id_fk FOREIGN KEY (payment_id) REFERENCES payment(id)
);
alter table refund enable row level security;

create table register_epoch (
  meter_id integer not null,
  epoch integer not null,
  opened_ms bigint not null,
  reason text not null,
  start_micro bigint,
  proposed_lost_micro bigint,
  constraint register_epoch_meter_id_epoch_pk PRIMARY KEY (meter_id, epoch),
  constraint register_epoch_meter_id_meter_id_fk FOREIGN KEY (meter_id) REFERENCES meter(id)
);

create table register_reading (
  meter_id integer not null,
  channel text not null,
  ts timestamp with time zone not null,
  value_micro bigint not null,
  constraint register_reading_pkey PRIMARY KEY (meter_id, channel, ts)
) partition by RANGE (ts);

create table rerate_task (
  account_id integer not null,
  utility utility not null,
  from_ms bigint not null,
  draft_id integer not null,
  constraint rerate_task_account_id_utility_draft_id_pk PRIMARY KEY (account_id, utility, draft_id),
  constraint rerate_task_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id)
);

create table restore_confirmation (
  id bigint generated always as identity not null,
  campus_id integer not null,
  point_id integer not null,
  account_id integer,
  at_ms bigint not null,
  reasons text[] not null,
  cause text,
  means text not null,
  actor text not null,
  alarm_id bigint,
  constraint restore_confirmation_pkey PRIMARY KEY (id),
  constraint restore_confirmation_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint restore_confirmation_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint restore_confirmation_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id)
);
alter table restore_confirmation enable row level security;

create table role_binding (
  id integer generated always as identity not null,
  user_id integer not null,
  role role not null,
  space_id integer,
  department_id integer,
  valid_from timestamp with time zone not null,
  valid_to timestamp with time zone,
  constraint role_binding_pkey PRIMARY KEY (id),
  constraint role_binding_user_id_app_user_id_fk FOREIGN KEY (user_id) REFERENCES app_user(id)
);
alter table role_binding enable row level security;

create table rule_downgrade (
  id integer generated always as identity not null,
  campus_id integer not null,
  rule text not null,
  building_id integer,
  since_ms bigint not null,
  right_count integer not null,
  counted integer not null,
  lifted_ms bigint,
  lifted_by text,
  lift_note text,
  constraint rule_downgrade_pkey PRIMARY KEY (id),
  constraint rule_downgrade_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create table rule_proposal (
  id integer generated always as identity not null,
  campus_id integer not null,
  rule text not null,
  space_id integer,
  state proposal_state not null,
  seen_version integer not null,
  body jsonb not null,
  reason text not null,
  proposer_id integer not null,
  proposed_by text not null,
  proposed_ms bigint not null,
  decided_by text,
  decided_ms bigint,
  note text,
  constraint rule_proposal_pkey PRIMARY KEY (id),
  constraint rule_proposal_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint rule_proposal_proposer_id_app_user_id_fk FOREIGN KEY (proposer_id) REFERENCES app_user(id)
);

create table rule_setting (
  id integer generated always as identity not null,
  campus_id integer not null,
  rule text not null,
  space_id integer,
  version integer not null,
  body jsonb not null,
  set_by text not null,
  set_at timestamp with time zone not null,
  constraint rule_setting_pkey PRIMARY KEY (id),
  constraint rule_setting_version UNIQUE NULLS NOT DISTINCT (campus_id, rule, space_id, version),
  constraint rule_setting_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create table rule_state (
  rule text not null,
  campus_id integer not null,
  subject_type text not null,
  subject_id integer not null,
  state jsonb not null,
  constraint rule_state_rule_subject_type_subject_id_pk PRIMARY KEY (rule, subject_type, subject_id),
  constraint rule_state_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);
alter table rule_state enable row level security;

create table sandbox_message (
  id bigint generated always as identity not null,
  message_id text not null,
  channel notice_channel not null,
  address text not null,
  at_ms bigint not null,
  content jsonb not null,
  constraint sandbox_message_pkey PRIMARY KEY (id)
);

create table setting (
  key text not null,
  value jsonb not null,
  constraint setting_pkey PRIMARY KEY (key)
);
alter table setting enable row level security;

create table space (
  id integer generated always as identity not null,
  campus_id integer not null,
  parent_id integer,
  kind space_kind not null,
  code text not null,
  name text not null,
  name_en text,
  area_m2 integer,
  head_capacity integer,
  geometry jsonb,
  position integer default 0 not null,
  path integer[] not null,
  constraint space_pkey PRIMARY KEY (id),
  constraint space_code UNIQUE (campus_id, code),
  constraint space_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create table stream (
  id integer generated always as identity not null,
  account_id integer not null,
  point_id integer not null,
  register text not null,
  numerator_pico numeric(38,0) default '0'::numeric not null,
  posted_micro bigint default 0 not null,
  open jsonb,
  open_upto_ms bigint,
  extra jsonb,
  extra_unposted_micro bigint default 0 not null,
  constraint stream_pkey PRIMARY KEY (id),
  constraint stream_key UNIQUE (account_id, point_id, register),
  constraint stream_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id),
  constraint stream_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id)
) with (autovacuum_vacuum_scale_factor=0.05, fillfactor=50);
alter table stream enable row level security;

create table supply_state (
  point_id integer not null,
  reasons jsonb not null,
  tags jsonb not null,
  observed observed_supply default 'UNKNOWN'::observed_supply not null,
  observed_ms bigint,
  changed_ms bigint,
  operations_ms jsonb not null,
  retry_due_ms bigint,
  attempts integer default 0 not null,
  refusal jsonb,
  constraint supply_state_pkey PRIMARY KEY (point_id),
  constraint supply_state_point_id_meter_point_id_fk FOREIGN KEY (point_id) REFERENCES meter_point(id)
);

create table suspense_item (
  id text not null,
  campus_id integer not null,
  channel text not null,
  provider_txn text not null,
  order_no text,
  amount_micro bigint not null,
  currency text not null,
  reason text not null,
  tx_id bigint not null,
  received_ms bigint not null,
  due_ms bigint not null,
  resolved_ms bigint,
  resolved_by text,
  resolution text,
  note text,
  resolution_tx_id bigint,
  approver text,
  constraint suspense_item_pkey PRIMARY KEY (id),
  constraint suspense_item_money UNIQUE (campus_id, channel, provider_txn),
  constraint suspense_item_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint suspense_item_order_no_payment_order_order_no_fk FOREIGN KEY (order_no) REFERENCES payment_order(order_no)
);
alter table suspense_item enable row level security;

create table switch_schedule (
  id text not null,
  campus_id integer not null,
  name text not null,
  state schedule_state not null,
  choice jsonb not null,
  space_id integer,
  windows jsonb not null,
  calendar_id integer,
  reason text not null,
  requester_id integer not null,
  requested_by text not null,
  requested_ms bigint not null,
  request_key text not null,
  approval_due_ms bigint not null,
  approved_by text,
  approved_ms bigint,
  handled_ms bigint,
  missed_ms bigint,
  ended_by text,
  end_cause text,
  ended_ms bigint,
  constraint switch_schedule_pkey PRIMARY KEY (id),
  constraint switch_schedule_request UNIQUE (requester_id, request_key),
  constraint switch_schedule_calendar_id_calendar_id_fk FOREIGN KEY (calendar_id) REFERENCES calendar(id),
  constraint switch_schedule_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint switch_schedule_requester_id_app_user_id_fk FOREIGN KEY (requester_id) REFERENCES app_user(id),
  constraint switch_schedule_space_id_space_id_fk FOREIGN KEY (space_id) REFERENCES space(id)
);
alter table switch_schedule enable row level security;

create table tariff (
  id integer generated always as identity not null,
  campus_id integer not null,
  code text not null,
  name text not null,
  utility utility not null,
  calendar_id integer,
  name_en text,
  constraint tariff_pkey PRIMARY KEY (id),
  constraint tariff_code UNIQUE (campus_id, code),
  constraint tariff_calendar_id_calendar_id_fk FOREIGN KEY (calendar_id) REFERENCES calendar(id),
  constraint tariff_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id)
);

create table tariff_draft (
  id integer generated always as identity not null,
  campus_id integer not null,
  tariff_id integer not null,
  revision integer default 1 not null,
  state tariff_draft_state default 'DRAFT'::tariff_draft_state not null,
  valid_from timestamp with time zone not null,
  accrual text not null,
  body jsonb not null,
  note text not null,
  drafted_by text not null,
  drafted_at timestamp with time zone not null,
  decided_by text,
  decided_at timestamp with time zone,
  decision_note text,
  version_id integer,
  constraint tariff_draft_pkey PRIMARY KEY (id),
  constraint tariff_draft_campus_id_campus_id_fk FOREIGN KEY (campus_id) REFERENCES campus(id),
  constraint tariff_draft_tariff_id_tariff_id_fk FOREIGN KEY (tariff_id) REFERENCES tariff(id),
  constraint tariff_draft_second_person CHECK (((decided_by IS NULL) OR (state <> 'APPROVED'::tariff_draft_state) OR (decided_by <> drafted_by)))
);

create table tariff_version (
  id integer generated always as identity not null,
  tariff_id integer not null,
  number integer not null,
  valid_from timestamp with time zone not null,
  accrual text default 'MONTH'::text not null,
  body jsonb not null,
  created_by text not null,
  created_at timestamp with time zone not null,
  superseded_by integer,
  constraint tariff_version_pkey PRIMARY KEY (id),
  constraint tariff_version_number UNIQUE (tariff_id, number),
  constraint tariff_version_tariff_id_tariff_id_fk FOREIGN KEY (tariff_id) REFERENCES tariff(id)
);

create table time_left (
  account_id integer not null,
  hours double precision,
  band text not null,
  learned_days double precision not null,
  range jsonb,
  computed_at timestamp with time zone not null,
  low_balance boolean default false not null,
  constraint time_left_pkey PRIMARY KEY (account_id),
  constraint time_left_account_id_account_id_fk FOREIGN KEY (account_id) REFERENCES account(id)
);
alter table time_left enable row level security;

create table top_up_latency (
  payment_id text not null,
  accepted_ms bigint not null,
  acknowledged_ms bigint,
  proven_ms bigint,
  to_ack_ms double precision,
  constraint top_up_latency_pkey PRIMARY KEY (payment_id)
);
alter table top_up_latency enable row level security;

CREATE INDEX account_policy_due ON public.account USING btree (policy_due_ms) WHERE (policy_due_ms IS NOT NULL);

CREATE INDEX account_space ON public.account USING btree (space_id);

CREATE UNIQUE INDEX account_point_open ON public.account_point USING btree (point_id) WHERE (valid_to IS NULL);

CREATE INDEX account_point_point ON public.account_point USING btree (point_id);

CREATE INDEX alarm_campus_ended ON public.alarm USING btree (campus_id, ended_ms);

CREATE INDEX alarm_campus_raised ON public.alarm USING btree (campus_id, raised_ms);

CREATE UNIQUE INDEX alarm_open ON public.alarm USING btree (rule, subject_type, subject_id) WHERE (ended_ms IS NULL);

CREATE INDEX alarm_overlay ON public.alarm USING btree (campus_id) WHERE ((shelved_until_ms IS NOT NULL) OR (out_of_service_ticket IS NOT NULL));

CREATE INDEX alarm_space ON public.alarm USING btree (space_id, raised_ms);

CREATE INDEX alarm_subject ON public.alarm USING btree (subject_type, subject_id);

CREATE INDEX alarm_event_alarm ON public.alarm_event USING btree (alarm_id);

CREATE INDEX alarm_event_at ON public.alarm_event USING btree (at_ms);

CREATE INDEX alarm_event_verdict ON public.alarm_event USING btree (at_ms) WHERE (event = 'VERDICT'::text);

CREATE INDEX audit_log_at ON public.audit_log USING btree (at_ms);

CREATE INDEX audit_log_target ON public.audit_log USING btree (target);

CREATE INDEX bulk_job_campus ON public.bulk_job USING btree (campus_id, requested_ms);

CREATE INDEX bulk_job_live ON public.bulk_job USING btree (state) WHERE (finished_ms IS NULL);

CREATE INDEX bulk_job_schedule ON public.bulk_job USING btree (schedule_id, requested_ms) WHERE (schedule_id IS NOT NULL);

CREATE INDEX bulk_target_command ON public.bulk_target USING btree (command_id);

CREATE INDEX bulk_target_handed ON public.bulk_target USING btree (line, handed_ms) WHERE (handed_ms IS NOT NULL);

CREATE INDEX bulk_target_planned ON public.bulk_target USING btree (job_id, due_ms) WHERE (state = 'PLANNED'::bulk_target_state);

CREATE INDEX bulk_target_point ON public.bulk_target USING btree (point_id);

CREATE INDEX charge_account ON public.charge USING btree (account_id, t1_ms);

CREATE INDEX charge_stream ON public.charge USING btree (stream_id, t1_ms);

CREATE INDEX charge_rejection_point ON public.charge_rejection USING btree (point_id, at_ms);

CREATE INDEX chargeback_flag ON public.chargeback USING btree (account_id) WHERE (cleared_ms IS NULL);

CREATE INDEX chargeback_payment ON public.chargeback USING btree (payment_id);

CREATE INDEX command_finished ON public.command USING btree (finished_ms);

CREATE INDEX command_live ON public.command USING btree (state, due_ms) WHERE (finished_ms IS NULL);

CREATE INDEX command_point ON public.command USING btree (point_id, created_ms);

CREATE INDEX command_event_command ON public.command_event USING btree (command_id);

CREATE INDEX credential_code ON public.credential USING btree (campus_id, code);

CREATE INDEX delivery_alarm ON public.delivery USING btree (alarm_id) WHERE (alarm_id IS NOT NULL);

CREATE INDEX delivery_campus ON public.delivery USING btree (campus_id, created_ms);

CREATE INDEX delivery_contact ON public.delivery USING btree (contact_id) WHERE (contact_id IS NOT NULL);

CREATE INDEX delivery_due ON public.delivery USING btree (due_ms) WHERE (state = ANY (ARRAY['QUEUED'::delivery_state, 'SENDING'::delivery_state]));

CREATE INDEX delivery_notice ON public.delivery USING btree (notice_id);

CREATE INDEX delivery_subject ON public.delivery USING btree (subject, sent_ms) WHERE (state = 'SENT'::delivery_state);

CREATE INDEX department_assignment_department ON public.department_assignment USING btree (department_id);

CREATE INDEX department_assignment_point ON public.department_assignment USING btree (point_id);

CREATE INDEX department_assignment_space ON public.department_assignment USING btree (space_id);

CREATE INDEX device_inspection_at ON public.device_inspection USING btree (subject_type, subject_id, at_ms);

CREATE INDEX device_inspection_campus ON public.device_inspection USING btree (campus_id, at_ms);

CREATE UNIQUE INDEX device_inspection_night ON public.device_inspection USING btree (subject_type, subject_id, day) WHERE (asked_by IS NULL);

CREATE INDEX dispute_account ON public.dispute USING btree (account_id);

CREATE INDEX dispute_charge ON public.dispute USING btree (charge_id);

CREATE UNIQUE INDEX dispute_one_open ON public.dispute USING btree (account_id) WHERE (state = ANY (ARRAY['OPENED'::dispute_state, 'UNDER_REVIEW'::dispute_state]));

CREATE INDEX duty_shift_campus ON public.duty_shift USING btree (campus_id, to_ms);

CREATE INDEX entitlement_account ON public.entitlement USING btree (account_id);

CREATE INDEX feeder_link_child ON public.feeder_link USING btree (child_point_id);

CREATE INDEX gift_account ON public.gift USING btree (account_id);

CREATE INDEX ledger_account_account ON public.ledger_account USING btree (account_id);

CREATE UNIQUE INDEX ledger_entry_chain ON public.ledger_entry USING btree (ledger_account_id, account_seq) WHERE (account_seq IS NOT NULL);

CREATE INDEX ledger_tx_at ON public.ledger_tx USING brin (t_ms) WITH (pages_per_range='16', autosummarize='true');

CREATE UNIQUE INDEX ledger_tx_reverses ON public.ledger_tx USING btree (reverses) WHERE (reverses IS NOT NULL);

CREATE UNIQUE INDEX limit_change_command ON public.limit_change USING btree (command_id);

CREATE UNIQUE INDEX limit_change_now ON public.limit_change USING btree (point_id) WHERE ((in_force_ms IS NOT NULL) AND (ended_ms IS NULL));

CREATE INDEX limit_change_point ON public.limit_change USING btree (point_id, asked_ms);

CREATE INDEX limit_change_waiting ON public.limit_change USING btree (campus_id) WHERE ((in_force_ms IS NULL) AND (ended_ms IS NULL));

CREATE INDEX locked_adjustment_account ON public.locked_adjustment USING btree (account_id, month_ms);

CREATE INDEX meter_gateway ON public.meter USING btree (gateway_id);

CREATE INDEX meter_event_loads ON public.meter_event USING btree (point_id, at_ms) WHERE (level IS NOT NULL);

CREATE INDEX meter_install_meter ON public.meter_install USING btree (meter_id);

CREATE UNIQUE INDEX meter_install_open_meter ON public.meter_install USING btree (meter_id) WHERE (valid_to IS NULL);

CREATE UNIQUE INDEX meter_install_open_point ON public.meter_install USING btree (point_id) WHERE (valid_to IS NULL);

CREATE INDEX meter_install_point ON public.meter_install USING btree (point_id);

CREATE INDEX meter_point_space ON public.meter_point USING btree (space_id);

CREATE INDEX money_grant_account ON public.money_grant USING btree (account_id);

CREATE INDEX no_cut_declaration_campus ON public.no_cut_declaration USING btree (campus_id, to_ms);

CREATE INDEX notice_account ON public.notice USING btree (account_id, at_ms);

CREATE INDEX notice_campus ON public.notice USING btree (campus_id, at_ms);

CREATE UNIQUE INDEX notice_contact_entered ON public.notice_contact USING btree (user_id, channel) WHERE ((channel <> 'PUSH'::notice_channel) AND (verified_ms IS NULL));

CREATE UNIQUE INDEX notice_contact_push ON public.notice_contact USING btree (address) WHERE (channel = 'PUSH'::notice_channel);

CREATE INDEX notice_contact_user ON public.notice_contact USING btree (user_id);

CREATE UNIQUE INDEX notice_contact_verified ON public.notice_contact USING btree (user_id, channel) WHERE ((channel <> 'PUSH'::notice_channel) AND (verified_ms IS NOT NULL));

CREATE INDEX notice_group_campus ON public.notice_group USING btree (campus_id);

CREATE INDEX occupancy_account ON public.occupancy USING btree (account_id);

CREATE INDEX occupancy_person ON public.occupancy USING btree (person_id);

CREATE INDEX payment_account ON public.payment USING btree (account_id, accepted_at);

CREATE INDEX payment_by_hand ON public.payment USING btree (campus_id, accepted_at) WHERE ((channel = ANY (ARRAY['bank'::text, 'counter'::text])) OR (actor ~~ 'key:%'::text));

CREATE INDEX payment_credit ON public.payment USING btree ((
CASE
    WHEN (units_tx_id IS NULL) THEN tx_id
    ELSE units_tx_id
END));

CREATE INDEX payment_order_account ON public.payment_order USING btree (account_id, created_ms);

CREATE INDEX payment_order_look_due ON public.payment_order USING btree (look_due_ms) WHERE (look_due_ms IS NOT NULL);

CREATE INDEX payment_order_paid ON public.payment_order USING btree (campus_id, paid_ms) WHERE (state = 'PAID'::order_state);

CREATE INDEX payment_order_payment ON public.payment_order USING btree (payment_id);

CREATE INDEX payment_order_person ON public.payment_order USING btree (person_id, created_ms);

CREATE INDEX policy_current ON public.policy USING btree (campus_id, current);

CREATE INDEX protection_proposal_campus ON public.protection_proposal USING btree (campus_id, proposed_ms);

CREATE UNIQUE INDEX protection_proposal_open ON public.protection_proposal USING btree (point_id) WHERE (state = 'PENDING'::proposal_state);

CREATE UNIQUE INDEX psp_event_once ON public.psp_event USING btree (channel, event_id) WHERE first;

CREATE INDEX psp_event_order ON public.psp_event USING btree (order_no);

CREATE INDEX psp_event_received ON public.psp_event USING btree (received_ms);

CREATE INDEX psp_event_unassigned ON public.psp_event USING btree (channel, provider_txn) WHERE (campus_id IS NULL);

CREATE INDEX quarantine_meter ON public.quarantine USING btree (meter_id);

CREATE INDEX quarantine_rx ON public.quarantine USING btree (rx_at);

CREATE INDEX refund_account ON public.refund USING btree (account_id, created_ms);

CREATE INDEX refund_due ON public.refund USING btree (due_ms) WHERE (due_ms IS NOT NULL);

CREATE INDEX refund_payment ON public.refund USING btree (payment_id);

CREATE INDEX restore_confirmation_point ON public.restore_confirmation USING btree (point_id, at_ms);

CREATE INDEX role_binding_user ON public.role_binding USING btree (user_id);

CREATE UNIQUE INDEX rule_downgrade_open ON public.rule_downgrade USING btree (campus_id, rule, COALESCE(building_id, 0)) WHERE (lifted_ms IS NULL);

CREATE INDEX rule_downgrade_rule ON public.rule_downgrade USING btree (campus_id, rule);

CREATE INDEX rule_proposal_campus ON public.rule_proposal USING btree (campus_id, proposed_ms);

CREATE UNIQUE INDEX rule_proposal_open ON public.rule_proposal USING btree (campus_id, rule, COALESCE(space_id, 0)) WHERE (state = 'PENDING'::proposal_state);

CREATE INDEX space_parent ON public.space USING btree (parent_id);

CREATE INDEX space_path ON public.space USING gin (path);

CREATE INDEX stream_point ON public.stream USING btree (point_id);

CREATE INDEX suspense_item_open ON public.suspense_item USING btree (due_ms) WHERE (resolved_ms IS NULL);

CREATE INDEX suspense_item_order ON public.suspense_item USING btree (order_no);

CREATE INDEX switch_schedule_campus ON public.switch_schedule USING btree (campus_id, requested_ms);

CREATE INDEX switch_schedule_live ON public.switch_schedule USING btree (state) WHERE (state = ANY (ARRAY['PENDING_APPROVAL'::schedule_state, 'ACTIVE'::schedule_state, 'PAUSED'::schedule_state]));

CREATE INDEX tariff_draft_tariff ON public.tariff_draft USING btree (tariff_id);

CREATE UNIQUE INDEX tariff_version_from ON public.tariff_version USING btree (tariff_id, valid_from) WHERE (superseded_by IS NULL);

create view account_balance with (security_invoker=true) as
 SELECT a.id AS account_id,
    a.campus_id,
    COALESCE(l.ledger_micro, 0::numeric)::bigint AS ledger_micro,
    COALESCE(l.arrears_micro, 0::numeric)::bigint AS arrears_micro,
    COALESCE(s.unposted_micro, 0::numeric)::bigint AS unposted_micro,
    (COALESCE(l.ledger_micro, 0::numeric) - COALESCE(s.unposted_micro, 0::numeric))::bigint AS balance_micro,
    (COALESCE(l.ledger_micro, 0::numeric) - COALESCE(s.unposted_micro, 0::numeric) +
        CASE
            WHEN a.ec_state = 'ACTIVE'::emergency_credit THEN a.ec_limit_micro
            ELSE 0::bigint
        END::numeric)::bigint AS available_micro
   FROM account a
     LEFT JOIN LATERAL ( SELECT sum(la.balance_micro) AS ledger_micro,
            sum(la.balance_micro) FILTER (WHERE la.bucket = 'ARREARS'::text) AS arrears_micro
           FROM ledger_account la
          WHERE la.account_id = a.id) l ON true
     LEFT JOIN LATERAL ( SELECT sum((floor(st.numerator_pico / 1000000::numeric) - st.posted_micro::numeric) *
                CASE st.register
                    WHEN 'EE'::text THEN '-1'::integer
                    ELSE 1
                END::numeric + st.extra_unposted_micro::numeric) AS unposted_micro
           FROM stream st
          WHERE st.account_id = a.id) s ON true;

CREATE OR REPLACE FUNCTION public.append_audit(campus_id integer, at_ms bigint, actor text, action text, target text, ip text, before jsonb, after jsonb, head text, tail text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  previous text;
BEGIN
  PERFORM pg_advisory_xact_lock(7216010);
  SELECT l.hash INTO previous FROM audit_log l ORDER BY l.id DESC LIMIT 1;
  INSERT INTO audit_log (campus_id, at_ms, actor, action, target, ip, before, after, hash)
  VALUES (append_audit.campus_id, append_audit.at_ms, append_audit.actor, append_audit.action, append_audit.target,
          append_audit.ip, append_audit.before, append_audit.after,
          encode(sha256(convert_to(head || coalesce(previous, '') || tail, 'UTF8')), 'hex'));
END $function$
;

CREATE OR REPLACE FUNCTION public.keep_dispute()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'DELETE' OR (NEW.id, NEW.campus_id, NEW.account_id, NEW.charge_id, NEW.reason, NEW.disputed_micro, NEW.opened_by,
      NEW.opened_ms, NEW.evidence, NEW.evidence_hash) IS DISTINCT FROM (OLD.id, OLD.campus_id, OLD.account_id, OLD.charge_id,
      OLD.reason, OLD.disputed_micro, OLD.opened_by, OLD.opened_ms, OLD.evidence, OLD.evidence_hash) THEN
    RAISE EXCEPTION 'what a dispute froze stays as it was' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $function$
;

CREATE OR REPLACE FUNCTION public.limit_change_settles()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' AND (to_jsonb(OLD) - 'in_force_ms' - 'ended_ms') = (to_jsonb(NEW) - 'in_force_ms' - 'ended_ms')
    AND (OLD.in_force_ms IS NULL OR NEW.in_force_ms = OLD.in_force_ms) AND OLD.ended_ms IS NULL THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'limit_change is written once';
END $function$
;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION '% is insert-only: correct by a reversal', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $function$
;

CREATE OR REPLACE FUNCTION public.scope_accounts()
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 200
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT a.id FROM account a WHERE a.space_id IN (SELECT x FROM scope_spaces() x)
  UNION
  SELECT a.id FROM account a WHERE a.department_id IN (SELECT x FROM scope_departments() x)
$function$
;

CREATE OR REPLACE FUNCTION public.scope_at()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  SELECT to_timestamp(nullif(current_setting('wattkeep.at_ms', true), '')::float8 / 1000)
$function$
;

CREATE OR REPLACE FUNCTION public.scope_campus()
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  SELECT nullif(current_setting('wattkeep.campus', true), '')::integer
$function$
;

CREATE OR REPLACE FUNCTION public.scope_departments()
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 20
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT d.id FROM department d
   WHERE d.path && scope_roots('wattkeep.departments') AND d.campus_id = scope_campus()
$function$
;

CREATE OR REPLACE FUNCTION public.scope_has_part(transaction_id bigint, accounts integer[])
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE SECURITY DEFINER COST 1000
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
  RETURN EXISTS (SELECT 1 FROM ledger_entry e JOIN ledger_account la ON la.id = e.ledger_account_id
                  WHERE e.tx_id = transaction_id AND la.account_id = ANY (accounts));
END $function$
;

CREATE OR REPLACE FUNCTION public.scope_holds_all()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  SELECT scope_whole_campus() IS NOT NULL AND NOT EXISTS (SELECT 1 FROM campus WHERE id <> scope_whole_campus())
$function$
;

CREATE OR REPLACE FUNCTION public.scope_person()
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  SELECT nullif(current_setting('wattkeep.person', true), '')::integer
$function$
;

CREATE OR REPLACE FUNCTION public.scope_points()
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 200
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT p.id FROM meter_point p WHERE p.space_id IN (SELECT x FROM scope_spaces() x)
  UNION
  SELECT da.point_id FROM department_assignment da
   WHERE da.point_id IS NOT NULL AND da.department_id IN (SELECT x FROM scope_departments() x)
     AND da.valid_from <= scope_at() AND (da.valid_to IS NULL OR da.valid_to > scope_at())
$function$
;

CREATE OR REPLACE FUNCTION public.scope_roots(setting text)
 RETURNS integer[]
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  SELECT coalesce(nullif(current_setting(setting, true), ''), '{}')::integer[]
$function$
;

CREATE OR REPLACE FUNCTION public.scope_shows_records()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  SELECT coalesce(current_setting('wattkeep.records', true), '') = 'on'
$function$
;

CREATE OR REPLACE FUNCTION public.scope_spaces()
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 200
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT s.id FROM space s
   WHERE s.path && scope_roots('wattkeep.spaces') AND s.campus_id = scope_campus()
  UNION
  SELECT s.id FROM department d
    JOIN department_assignment da ON da.department_id = d.id AND da.space_id IS NOT NULL
    JOIN space s ON s.path && ARRAY[da.space_id]
   WHERE d.path && scope_roots('wattkeep.departments') AND d.campus_id = scope_campus()
     AND da.valid_from <= scope_at() AND (da.valid_to IS NULL OR da.valid_to > scope_at())
  UNION
  SELECT a.space_id FROM occupancy o JOIN account a ON a.id = o.account_id
   WHERE o.person_id = scope_person() AND a.space_id IS NOT NULL AND a.campus_id = scope_campus()
     AND o.valid_from <= scope_at() AND (o.valid_to IS NULL OR o.valid_to > scope_at())
$function$
;

CREATE OR REPLACE FUNCTION public.scope_wardens()
 RETURNS SETOF integer
 LANGUAGE sql
 STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10
 SET search_path TO 'public', 'pg_temp'
AS $function$
  SELECT u.person_id FROM role_binding b JOIN app_user u ON u.id = b.user_id
   WHERE b.role = 'WARDEN' AND u.person_id IS NOT NULL AND u.campus_id = scope_campus()
     AND b.space_id IN (SELECT unnest(s.path) FROM space s WHERE s.id IN (SELECT x FROM scope_spaces() x))
$function$
;

CREATE OR REPLACE FUNCTION public.scope_whole_campus()
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  SELECT CASE WHEN current_setting('wattkeep.campus_wide', true) = 'on' THEN nullif(current_setting('wattkeep.campus', true), '')::integer END
$function$
;

CREATE TRIGGER alarm_event_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.alarm_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_log_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER charge_rejection_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.charge_rejection FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER command_event_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.command_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER device_inspection_unchanged BEFORE UPDATE OR TRUNCATE ON public.device_inspection FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER dispute_frozen BEFORE DELETE OR UPDATE ON public.dispute FOR EACH ROW EXECUTE FUNCTION keep_dispute();

CREATE TRIGGER ledger_checkpoint_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER ledger_entry_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER ledger_key_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER ledger_tx_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_tx FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER limit_change_written_once BEFORE DELETE OR UPDATE ON public.limit_change FOR EACH ROW EXECUTE FUNCTION limit_change_settles();

CREATE TRIGGER psp_event_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.psp_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER restore_confirmation_insert_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.restore_confirmation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create policy scope on account for select to wattkeep_viewer using (((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (id IN ( SELECT x.x
   FROM scope_accounts() x(x)))));

create policy scope on accrual for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND (( SELECT scope_holds_all() AS scope_holds_all) OR (EXISTS ( SELECT 1
   FROM account a
  WHERE (a.id = accrual.account_id))))));

create policy scope on app_user for select to wattkeep_viewer using ((campus_id = ( SELECT scope_campus() AS scope_campus)));

create policy scope on bulk_job for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (EXISTS ( SELECT 1
   FROM bulk_target t
  WHERE (t.job_id = bulk_job.id))))));

create policy scope on bulk_target for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((point_id IN ( SELECT x.x
   FROM scope_points() x(x))) OR (EXISTS ( SELECT 1
   FROM meter_point p
  WHERE ((p.id = bulk_target.point_id) AND (p.campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus))))))));

create policy scope on campus_hour for select to wattkeep_viewer using ((campus_id = ( SELECT scope_campus() AS scope_campus)));

create policy scope on charge for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (account_id IN ( SELECT x.x
   FROM scope_accounts() x(x))))));

create policy scope on chargeback for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (EXISTS ( SELECT 1
   FROM payment y
  WHERE (y.id = chargeback.payment_id))))));

create policy scope on command for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (point_id IN ( SELECT x.x
   FROM scope_points() x(x))))));

create policy scope on command_event for select to wattkeep_viewer using ((EXISTS ( SELECT 1
   FROM command c
  WHERE (c.id = command_event.command_id))));

create policy scope on control_lease for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((point_id IN ( SELECT x.x
   FROM scope_points() x(x))) OR (EXISTS ( SELECT 1
   FROM meter_point p
  WHERE ((p.id = control_lease.point_id) AND (p.campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus))))))));

create policy scope on delivery for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR ((alarm_id IS NOT NULL) AND (space_id IN ( SELECT x.x
   FROM scope_spaces() x(x)))))));

create policy scope on device_inspection for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (point_id IN ( SELECT x.x
   FROM scope_points() x(x))))));

create policy scope on dispute for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (account_id IN ( SELECT x.x
   FROM scope_accounts() x(x))))));

create policy scope on entitlement for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (account_id IN ( SELECT x.x
   FROM scope_accounts() x(x))))));

create policy scope on entitlement_use for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND (EXISTS ( SELECT 1
   FROM account a
  WHERE (a.id = entitlement_use.account_id)))));

create policy scope on fund for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND (campus_id = ( SELECT scope_campus() AS scope_campus))));

create policy scope on fund_stop for select to wattkeep_viewer using ((EXISTS ( SELECT 1
   FROM fund f
  WHERE (f.id = fund_stop.fund_id))));

create policy scope on gift for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (account_id IN ( SELECT x.x
   FROM scope_accounts() x(x))))));

create policy scope on ledger_account for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (account_id IN ( SELECT x.x
   FROM scope_accounts() x(x))) OR ((account_id IS NULL) AND (campus_id = ( SELECT scope_campus() AS scope_campus))))));

create policy scope on ledger_entry for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND (( SELECT scope_holds_all() AS scope_holds_all) OR (EXISTS ( SELECT 1
   FROM ledger_account la
  WHERE ((la.id = ledger_entry.ledger_account_id) AND ((la.account_id IS NOT NULL) OR (( SELECT scope_whole_campus() AS scope_whole_campus) IS NOT NULL))))) OR scope_has_part(tx_id, ( SELECT ARRAY( SELECT x.x
           FROM scope_accounts() x(x)) AS "array")))));

create policy scope on ledger_tx for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR scope_has_part(id, ( SELECT ARRAY( SELECT x.x
           FROM scope_accounts() x(x)) AS "array")))));

create policy scope on limit_change for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (point_id IN ( SELECT x.x
   FROM scope_points() x(x))))));

create policy scope on locked_adjustment for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (account_id IN ( SELECT x.x
   FROM scope_accounts() x(x))))));

create policy scope on money_grant for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (account_id IN ( SELECT x.x
   FROM scope_accounts() x(x))))));

create policy scope on notice for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (account_id IN ( SELECT x.x
   FROM scope_accounts() x(x))) OR (department_id IN ( SELECT x.x
   FROM scope_departments() x(x))))));

create policy scope on notice_group for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND (campus_id = ( SELECT scope_campus() AS scope_campus))));

create policy scope on occupancy for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((person_id = ( SELECT scope_person() AS scope_person)) OR (((( SELECT scope_person() AS scope_person) IS NULL) OR (( SELECT scope_whole_campus() AS scope_whole_campus) IS NOT NULL) OR ((valid_from <= ( SELECT scope_at() AS scope_at)) AND ((valid_to IS NULL) OR (valid_to > ( SELECT scope_at() AS scope_at))))) AND (EXISTS ( SELECT 1
   FROM account a
  WHERE (a.id = occupancy.account_id)))))));

create policy scope on payment for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (account_id IN ( SELECT x.x
   FROM scope_accounts() x(x))))));

create policy scope on payment_order for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (person_id = ( SELECT scope_person() AS scope_person)))));

create policy scope on person for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (id = ( SELECT scope_person() AS scope_person)) OR (EXISTS ( SELECT 1
   FROM occupancy o
  WHERE (o.person_id = person.id))) OR (id IN ( SELECT x.x
   FROM scope_wardens() x(x))))));

create policy scope on protection_proposal for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (point_id IN ( SELECT x.x
   FROM scope_points() x(x))))));

create policy scope on psp_event for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR ((campus_id IS NULL) AND (verdict = 'UNASSIGNED'::text) AND (( SELECT scope_whole_campus() AS scope_whole_campus) IS NOT NULL)))));

create policy scope on refund for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (EXISTS ( SELECT 1
   FROM payment y
  WHERE (y.id = refund.payment_id))))));

create policy scope on restore_confirmation for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (point_id IN ( SELECT x.x
   FROM scope_points() x(x))))));

create policy scope on role_binding for select to wattkeep_viewer using ((EXISTS ( SELECT 1
   FROM app_user u
  WHERE (u.id = role_binding.user_id))));

create policy scope on rule_state for select to wattkeep_viewer using (((rule = 'NON_TECHNICAL_LOSS'::text) AND (subject_type = 'POINT'::text) AND ( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (subject_id IN ( SELECT x.x
   FROM scope_points() x(x))))));

create policy history on setting for select to wattkeep_viewer using ((key = 'loadedUntilMs'::text));

create policy scope on stream for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND (( SELECT scope_holds_all() AS scope_holds_all) OR (EXISTS ( SELECT 1
   FROM account a
  WHERE (a.id = stream.account_id))))));

create policy scope on suspense_item for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (EXISTS ( SELECT 1
   FROM payment_order o
  WHERE (o.order_no = suspense_item.order_no))))));

create policy scope on switch_schedule for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND ((campus_id = ( SELECT scope_whole_campus() AS scope_whole_campus)) OR (space_id IN ( SELECT x.x
   FROM scope_spaces() x(x))))));

create policy scope on time_left for select to wattkeep_viewer using ((( SELECT scope_shows_records() AS scope_shows_records) AND (( SELECT scope_holds_all() AS scope_holds_all) OR (EXISTS ( SELECT 1
   FROM account a
  WHERE (a.id = time_left.account_id))))));

create policy scope on top_up_latency for select to wattkeep_viewer using ((EXISTS ( SELECT 1
   FROM payment y
  WHERE (y.id = top_up_latency.payment_id))));

grant select on account to wattkeep_viewer;
grant select on account_balance to wattkeep_viewer;
grant select on account_point to wattkeep_viewer;
grant select on account_tariff to wattkeep_viewer;
grant select on accrual to wattkeep_viewer;
grant select on alarm to wattkeep_viewer;
grant select on alarm_event to wattkeep_viewer;
grant select on bulk_job to wattkeep_viewer;
grant select on bulk_target to wattkeep_viewer;
grant select on calendar to wattkeep_viewer;
grant select on campus to wattkeep_viewer;
grant select on campus_hour to wattkeep_viewer;
grant select on charge to wattkeep_viewer;
grant select on chargeback to wattkeep_viewer;
grant select on command to wattkeep_viewer;
grant select on command_event to wattkeep_viewer;
grant select on control_lease to wattkeep_viewer;
grant select on delivery to wattkeep_viewer;
grant select on department to wattkeep_viewer;
grant select on department_assignment to wattkeep_viewer;
grant select on device_inspection to wattkeep_viewer;
grant select on dispute to wattkeep_viewer;
grant select on duty_shift to wattkeep_viewer;
grant select on entitlement to wattkeep_viewer;
grant select on entitlement_use to wattkeep_viewer;
grant select on feeder_link to wattkeep_viewer;
grant select on fund to wattkeep_viewer;
grant select on fund_stop to wattkeep_viewer;
grant select on gateway to wattkeep_viewer;
grant select on gift to wattkeep_viewer;
grant select on job_run to wattkeep_viewer;
grant select on ledger_account to wattkeep_viewer;
grant select on ledger_checkpoint to wattkeep_viewer;
grant select on ledger_entry to wattkeep_viewer;
grant select on ledger_tx to wattkeep_viewer;
grant select on limit_change to wattkeep_viewer;
grant select on locked_adjustment to wattkeep_viewer;
grant select on meter to wattkeep_viewer;
grant select on meter_install to wattkeep_viewer;
grant select on meter_point to wattkeep_viewer;
grant select on meter_state to wattkeep_viewer;
grant select on money_grant to wattkeep_viewer;
grant select on month_lock to wattkeep_viewer;
grant select on no_cut_declaration to wattkeep_viewer;
grant select on notice to wattkeep_viewer;
grant select on occupancy to wattkeep_viewer;
grant select on payment to wattkeep_viewer;
grant select on payment_order to wattkeep_viewer;
grant select on person to wattkeep_viewer;
grant select on policy to wattkeep_viewer;
grant select on protection_proposal to wattkeep_viewer;
grant select on psp_event to wattkeep_viewer;
grant select on quarantine to wattkeep_viewer;
grant select on quota to wattkeep_viewer;
grant select on reading to wattkeep_viewer;
grant select on reading_hourly to wattkeep_viewer;
grant select on refund to wattkeep_viewer;
grant select on register_epoch to wattkeep_viewer;
grant select on register_reading to wattkeep_viewer;
grant select on restore_confirmation to wattkeep_viewer;
grant select on role_binding to wattkeep_viewer;
grant select on rule_downgrade to wattkeep_viewer;
grant select on rule_proposal to wattkeep_viewer;
grant select on rule_setting to wattkeep_viewer;
grant select on rule_state to wattkeep_viewer;
grant select on setting to wattkeep_viewer;
grant select on space to wattkeep_viewer;
grant select on stream to wattkeep_viewer;
grant select on supply_state to wattkeep_viewer;
grant select on suspense_item to wattkeep_viewer;
grant select on switch_schedule to wattkeep_viewer;
grant select on tariff to wattkeep_viewer;
grant select on tariff_draft to wattkeep_viewer;
grant select on tariff_version to wattkeep_viewer;
grant select on time_left to wattkeep_viewer;
grant select on top_up_latency to wattkeep_viewer;
grant select (id, campus_id, code, person_id, display_name, disabled) on app_user to wattkeep_viewer;
grant select (id, campus_id, name, rotated_at, paired_at, paired_by, revoked_at, last_heartbeat_ms, last_frame_ms, build, playlist) on display to wattkeep_viewer;
grant select (id, campus_id, channel, name) on notice_group to wattkeep_viewer;
