import { DB_CHANNELS } from '../contracts/dbChannels';
import type { Tx } from '../db/client';
import {
  type AlarmRow,
  clearOverlays,
  type EndedEpisode,
  insertAlarm,
  insertAlarmEvent,
  lockAlarm,
  lockForRaise,
  lockOpenAlarm,
  updateAlarm,
} from '../db/queries/alarmRows';
import { notify } from '../db/queries/notify';
import { downgradedSince } from '../db/queries/ruleDowngrades';
import type { Alarm, AlarmPriority } from '../domain/alarms/alarm';
import { ALARM_CATALOGUE, type AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import {
  type AlarmEvent,
  type AlarmStep,
  alarmStep,
  moreUrgent,
  raiseAlarm,
} from '../domain/alarms/alarmMachine';
import { downgradedPriority, mayBeDowngraded } from '../domain/alarms/downgrade';
import { nextEscalation } from '../domain/alarms/escalation';
import { DomainError } from '../domain/errors';
import { ANNOUNCED, RETURNED, tellAlarm } from './tellAlarm';

/** What an alarm stands at. */
export interface AlarmSubject {
  readonly campusId: number;
  readonly type: 'POINT' | 'METER' | 'GATEWAY' | 'SPACE' | 'SITE';
  readonly id: number;
  readonly spaceId: number | null;
}

/** A rule's word about a condition. */
export interface AlarmSignal {
  readonly rule: AlarmRuleCode;
  readonly subject: AlarmSubject;
  readonly kind: 'RAISE' | 'RETURN';
  /** Effective time of the deciding reading, ms UTC. */
  readonly atMs: number;
  readonly priority?: AlarmPriority;
  readonly evidence?: Record<string, unknown>;
  readonly suppressedBy?: string | null;
  /** Who said so, where it was a person; else the rule. */
  readonly actor?: string;
}

const numberOf = (priority: AlarmPriority) => Number(priority.slice(1)) as 1 | 2 | 3 | 4;

/** A stored alarm as the rules know it. */
export function alarmOf(row: AlarmRow): Alarm {
  const rule = ALARM_CATALOGUE[row.rule as AlarmRuleCode];
  return {
    ruleCode: row.rule,
    objectId: String(row.subjectId),
    priority: `P${row.priority}`,
    latching: rule?.latching ?? false,
    condition: row.active ? 'ACTIVE' : 'NORMAL',
    acknowledged: row.acknowledged,
    latched: row.latched,
    shelvedUntil: row.shelvedUntilMs,
    suppressedBy: row.suppressedBy,
    outOfServiceTicket: row.outOfServiceTicket,
    raisedAt: row.raisedMs,
    activeSince: row.activeSinceMs,
    acknowledgedAt: row.acknowledgedMs,
    returnedAt: row.returnedMs,
    lastAt: row.lastMs,
    count: row.count,
    activations: row.activations,
    chatter: row.chatter,
    fleeting: row.fleeting,
    offDelayMs: row.offDelayMs,
    returnDue: row.returnDueMs,
    announcedAt: row.announcedMs,
  };
}

/** When the clock next has something to do for an alarm that nobody answers; ms UTC, null: never. */
export function dueOf(alarm: Alarm, level: number): number | null {
  const realarm = ALARM_CATALOGUE[alarm.ruleCode as AlarmRuleCode]?.realarmAfterMs ?? null;
  return nextEscalation(alarm, level, realarm, null)?.at ?? null;
}

/** Tells the servers that an alarm changed. */
export function announce(tx: Tx, id: number): void {
  notify(tx, DB_CHANNELS.alarmChanged, [String(id)]);
}

/**
 * The only way to change an alarm by a rule. RAISE opens an episode or counts a hit; RETURN ends the condition.
 * @returns the alarm's id, or null where a RETURN met no open episode
 */
export async function applyAlarmSignal(tx: Tx, nowMs: number, signal: AlarmSignal): Promise<number | null> {
  if (signal.kind === 'RAISE') signal = await asDowngraded(tx, signal);
  const { subject, rule } = signal;
  const { open, last } =
    signal.kind === 'RAISE'
      ? await lockForRaise(tx.client, rule, subject.type, subject.id)
      : { open: await lockOpenAlarm(tx.client, rule, subject.type, subject.id), last: null };
  if (!open) return signal.kind === 'RETURN' ? null : openEpisode(tx, nowMs, signal, last);
  const row: AlarmRow =
    signal.kind === 'RAISE' ? { ...open, evidence: { ...open.evidence, ...signal.evidence } } : open;
  const step = alarmStep(alarmOf(row), { kind: signal.kind, at: signal.atMs });
  await applyStep(tx, row, signal.kind === 'RAISE' ? atPriority(step, signal) : step, {
    event: signal.kind,
    actor: signal.actor ?? `rule:${rule}`,
    atMs: nowMs,
    detail: signal.evidence,
  });
  return open.id;
}

/** Where its rule was wrong too often, its word is one priority lower, and says so. */
async function asDowngraded(tx: Tx, signal: AlarmSignal): Promise<AlarmSignal> {
  const { rule, subject, priority = ALARM_CATALOGUE[rule].priority, evidence } = signal;
  if (!mayBeDowngraded(rule) || evidence?.downgradedSince !== undefined) return signal;
  const downgraded = await downgradedSince(tx.client, subject.campusId, rule, subject.spaceId);
  if (downgraded === null) return signal;
  return {
    ...signal,
    priority: downgradedPriority(priority),
    evidence: { ...evidence, downgradedSince: downgraded },
  };
}

/** A hit says nothing new, unless it makes the alarm more urgent. */
function atPriority(hit: AlarmStep, { priority, atMs }: AlarmSignal): AlarmStep {
  if (hit.outcome === 'REFUSED' || !priority) return hit;
  const urgent = moreUrgent(hit.alarm, priority, atMs);
  if (urgent.outcome === 'SAME') return hit;
  return { ...urgent, effects: [...new Set([...hit.effects, ...urgent.effects])] };
}

async function openEpisode(
  tx: Tx,
  nowMs: number,
  signal: AlarmSignal,
  last: EndedEpisode | null,
): Promise<number | null> {
  const { subject, rule } = signal;
  const catalogue = ALARM_CATALOGUE[rule];
  const priority = signal.priority ?? catalogue.priority;
  // What covers a P1 takes two people: what one laid on less does not pass on to it.
  const covers = last !== null && (priority !== 'P1' || last.priority === 1);
  const shelved = covers && last.shelvedUntilMs !== null && last.shelvedUntilMs > nowMs;
  const { alarm, effects } = raiseAlarm(
    { ruleCode: rule, priority, latching: catalogue.latching },
    String(subject.id),
    signal.atMs,
    {
      suppressedBy: signal.suppressedBy ?? null,
      before: last && { ...last, returnedAt: last.returnedMs },
      shelvedUntil: shelved ? last.shelvedUntilMs : null,
      outOfServiceTicket: covers ? last.outOfServiceTicket : null,
    },
  );
  const object = objectOf(signal, priority);
  const announcedMs = alarm.announcedAt === null ? null : nowMs;
  const episode = {
    ...object,
    active: true,
    acknowledged: false,
    latched: alarm.latched,
    shelvedUntilMs: alarm.shelvedUntil,
    shelvedBy: shelved ? last.shelvedBy : null,
    shelveReason: shelved ? last.shelveReason : null,
    suppressedBy: alarm.suppressedBy,
    outOfServiceTicket: alarm.outOfServiceTicket,
    outOfServiceBy: alarm.outOfServiceTicket === null ? null : (last?.outOfServiceBy ?? null),
    outOfServiceMs: alarm.outOfServiceTicket === null ? null : (last?.outOfServiceMs ?? null),
    sinceMs: signal.atMs,
    raisedMs: nowMs,
    lastMs: signal.atMs,
    count: 1,
    activeSinceMs: signal.atMs,
    activations: [...alarm.activations],
    chatter: alarm.chatter,
    fleeting: alarm.fleeting,
    offDelayMs: alarm.offDelayMs,
    returnDueMs: null,
    announcedMs,
    acknowledgedBy: null,
    acknowledgedMs: null,
    returnedMs: null,
    endedMs: null,
    evidence: signal.evidence ?? {},
    escalateDueMs: dueOf({ ...alarm, announcedAt: announcedMs }, 0),
    escalation: 0,
  };
  const id = await insertAlarm(tx.client, episode, {
    atMs: nowMs,
    event: 'RAISE',
    actor: `rule:${rule}`,
    detail: signal.evidence,
    announced: effects.includes('ANNOUNCE'),
  });
  // Another process opened the same episode meanwhile: this signal is a hit on it.
  if (id === null) return applyAlarmSignal(tx, nowMs, signal);
  if (last && (last.shelvedUntilMs !== null || last.outOfServiceTicket !== null))
    await clearOverlays(tx.client, last.id);
  if (effects.includes('ANNOUNCE')) await tellAlarm(tx, nowMs, { id, ...object }, ANNOUNCED);
  announce(tx, id);
  return id;
}

/** What the alarm is about, as it is stored and told. */
const objectOf = ({ subject, rule }: AlarmSignal, priority: AlarmPriority) => ({
  campusId: subject.campusId,
  rule,
  subjectType: subject.type,
  subjectId: subject.id,
  spaceId: subject.spaceId,
  priority: numberOf(priority),
});

/** Stores a step, its line of history and its announcement. */
export async function applyStep(
  tx: Tx,
  row: AlarmRow,
  step: AlarmStep,
  log: { event: string; actor: string; atMs: number; detail?: object },
  change: Partial<AlarmRow> = {},
): Promise<void> {
  if (step.outcome === 'REFUSED') return;
  const { alarm } = step;
  const reactivated = alarm.activeSince !== row.activeSinceMs;
  const escalation = reactivated ? 0 : row.escalation;
  const ended = step.effects.includes('CLOSE');
  const announced = step.effects.includes('ANNOUNCE');
  const endedMs = ended ? log.atMs : row.endedMs;
  const announcedMs = announced ? log.atMs : row.announcedMs;
  const next: AlarmRow = {
    ...row,
    active: alarm.condition === 'ACTIVE',
    acknowledged: alarm.acknowledged,
    latched: alarm.latched,
    shelvedUntilMs: alarm.shelvedUntil,
    suppressedBy: alarm.suppressedBy,
    outOfServiceTicket: alarm.outOfServiceTicket,
    priority: numberOf(alarm.priority),
    lastMs: alarm.lastAt,
    count: alarm.count,
    activeSinceMs: alarm.activeSince,
    activations: [...alarm.activations],
    acknowledgedMs: alarm.acknowledgedAt,
    returnedMs: alarm.returnedAt,
    chatter: alarm.chatter,
    fleeting: alarm.fleeting,
    offDelayMs: alarm.offDelayMs,
    returnDueMs: alarm.returnDue,
    announcedMs,
    endedMs,
    escalation,
    escalateDueMs: endedMs !== null ? null : dueOf({ ...alarm, announcedAt: announcedMs }, escalation),
    ...change,
  };
  await updateAlarm(tx.client, next);
  if (step.outcome === 'SAME' && Object.keys(change).length === 0) return;
  await insertAlarmEvent(tx.client, { alarmId: row.id, ...log, announced });
  if (announced) await tellAlarm(tx, log.atMs, next, ANNOUNCED);
  else if (step.effects.includes('NOTIFY_RETURN')) await tellAlarm(tx, log.atMs, next, RETURNED);
  announce(tx, row.id);
}

/** An act of a person (or of the clock) on one alarm. */
export interface AlarmAct {
  readonly alarmId: number;
  readonly campusId: number;
  readonly event: AlarmEvent;
  readonly actor: string;
  readonly detail?: Record<string, unknown>;
}

/**
 * Applies a person's or the clock's act.
 * @throws DomainError notFound; conflict/NOT_NOW where the alarm's state does not take the act; invalid for shelving over its limit
 */
export async function applyAlarmAct(tx: Tx, nowMs: number, act: AlarmAct): Promise<void> {
  const row = await lockAlarm(tx.client, act.alarmId);
  if (!row || row.campusId !== act.campusId)
    throw new DomainError('notFound', 'ALARM', `There is no alarm ${act.alarmId}.`);
  const step = alarmStep(alarmOf(row), act.event);
  if (step.outcome === 'REFUSED')
    throw new DomainError('conflict', 'NOT_NOW', 'The alarm is in a state that does not take this.');
  const change: Partial<AlarmRow> = {};
  if (act.event.kind === 'ACKNOWLEDGE' && step.outcome === 'MOVED') change.acknowledgedBy = act.actor;
  if (act.event.kind === 'SHELVE') {
    change.shelvedBy = act.actor;
    change.shelveReason = String(act.detail?.reason ?? '');
  }
  if (act.event.kind === 'TAKE_OUT_OF_SERVICE') {
    change.outOfServiceBy = act.actor;
    change.outOfServiceMs = nowMs;
  }
  await applyStep(
    tx,
    row,
    step,
    // To people a return is a return, whether a reading or an added off-delay decided when.
    {
      event: act.event.kind === 'RETURN_DUE' ? 'RETURN' : act.event.kind,
      actor: act.actor,
      atMs: nowMs,
      detail: act.detail,
    },
    change,
  );
}
