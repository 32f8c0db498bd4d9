import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import type { DetectionSignal } from '../domain/detection/detectionRule';
import { type RebootLoopState, rebootLoopStep, rebootStirs } from '../domain/detection/rebootLoop';
import {
  type SequenceGapsState,
  type SequenceInput,
  sequenceGapsParams,
  sequenceGapsStep,
  sequenceStirs,
} from '../domain/detection/sequenceGaps';
import { NO_SETTINGS } from '../domain/detection/streamingRule';
import type { AlarmSubject } from './applyAlarmEvent';
import { keepRuleState } from './detect';
import type { IncomingReading } from './ingestTypes';
import type { IngestWork, WatchedMeter } from './ingestWork';
import { isOffAt, settingsOf } from './streamRules';

/**
 * Looks at the counters of every message, in the order of arrival and before the newest is remembered: messages that never
 * came, and a sender that restarts again and again. A gateway's restarts are its own, told once for all its meters.
 */
export function noteSequence(work: IngestWork, watched: WatchedMeter, incoming: IncomingReading): void {
  const { meter, state } = watched;
  const { boot, seq } = incoming.reading;
  const input: SequenceInput = {
    at: incoming.rxMs,
    boot,
    seq,
    previousBoot: state.boot,
    previousSeq: state.seq,
  };
  const gaps = state.detection?.SEQUENCE_GAPS as SequenceGapsState | undefined;
  const point = meter.point;
  if (point && isOffAt(work.registry, point, 'SEQUENCE_GAPS')) {
    if (gaps) {
      keepRuleState(watched, 'SEQUENCE_GAPS', undefined);
      say(work, 'SEQUENCE_GAPS', subjectMeter(watched), switchedOff(incoming.rxMs), watched);
    }
  } else if (sequenceStirs(gaps, input)) {
    const body = point ? settingsOf(work.registry, point, 'SEQUENCE_GAPS') : NO_SETTINGS;
    const step = sequenceGapsStep(gaps ?? null, input, sequenceGapsParams(1_000 * meter.intervalS, body));
    keepRuleState(watched, 'SEQUENCE_GAPS', step.state ?? undefined);
    if (step.signal) say(work, 'SEQUENCE_GAPS', subjectMeter(watched), step.signal, watched);
  }
  const boots = state.detection?.REBOOT_LOOP as RebootLoopState | undefined;
  if (!rebootStirs(boots, input)) return;
  const step = rebootLoopStep(boots ?? null, input);
  keepRuleState(watched, 'REBOOT_LOOP', step.state ?? undefined);
  if (step.signal) say(work, 'REBOOT_LOOP', subjectSender(work, watched, incoming), step.signal, watched);
}

const switchedOff = (at: number): DetectionSignal => ({
  kind: 'RETURN',
  at,
  priority: null,
  value: null,
  limit: null,
});

function say(
  work: IngestWork,
  rule: AlarmRuleCode,
  subject: AlarmSubject,
  signal: DetectionSignal,
  { meter }: WatchedMeter,
): void {
  const said = work.signals.some(
    (one) => one.rule === rule && one.subject.type === subject.type && one.subject.id === subject.id,
  );
  if (said) return;
  work.signals.push({
    rule,
    subject,
    kind: signal.kind,
    atMs: signal.at,
    evidence: { value: signal.value, limit: signal.limit, unit: 'COUNT', meter: meter.code, at: signal.at },
  });
}

function subjectMeter({ meter }: WatchedMeter): AlarmSubject {
  return {
    campusId: meter.campusId,
    type: 'METER',
    id: meter.meterId,
    spaceId: meter.point?.spaceId ?? null,
  };
}

function subjectSender(
  work: IngestWork,
  watched: WatchedMeter,
  { gatewayCode }: IncomingReading,
): AlarmSubject {
  const { campusId } = watched.meter;
  const gateway =
    gatewayCode === null ? undefined : work.registry.campuses.get(campusId)?.gatewayByCode.get(gatewayCode);
  return gateway
    ? { campusId, type: 'GATEWAY', id: gateway.gatewayId, spaceId: gateway.spaceId }
    : subjectMeter(watched);
}
