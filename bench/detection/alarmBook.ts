import { ALARM_CATALOGUE, type AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import type { DetectionSignal } from '../../domain/detection/detectionRule';
import type { SimulatedMeter } from '../../simulator/fleet/simulatedMeter';

/** An alarm as the rules raised it; a return ends it. */
export interface RaisedAlarm {
  readonly rule: AlarmRuleCode;
  readonly meter: SimulatedMeter;
  readonly at: number;
  readonly priority: string | null;
}

/** How long after its condition has gone somebody inspects what a latching alarm stands for: a shift. */
const INSPECTED_AFTER_MS = 8 * 3_600_000;

interface OpenAlarm {
  active: boolean;
  /** Condition gone since, ms; counts while it is not active. */
  returnedAt: number;
}

/**
 * What rules say becomes alarms as in the product: while an alarm stands, what its rule says further is a hit on it and no alarm of
 * its own, also where it becomes more urgent; one that latches stands until it was inspected.
 */
export class AlarmBook {
  readonly raised: RaisedAlarm[] = [];
  private readonly open = new Map<SimulatedMeter, Map<AlarmRuleCode, OpenAlarm>>();

  take(rule: AlarmRuleCode, meter: SimulatedMeter, { kind, at, priority }: DetectionSignal): void {
    const here = this.open.get(meter) ?? new Map<AlarmRuleCode, OpenAlarm>();
    this.open.set(meter, here);
    const known = here.get(rule);
    if (kind === 'RETURN') {
      if (known) Object.assign(known, { active: false, returnedAt: at });
      return;
    }
    if (known && this.stands(rule, known, at)) {
      known.active = true;
      return;
    }
    here.set(rule, { active: true, returnedAt: at });
    this.raised.push({ rule, meter, at, priority });
  }

  /** Whether the condition of an alarm holds. */
  isActive(rule: AlarmRuleCode, meter: SimulatedMeter): boolean {
    return this.open.get(meter)?.get(rule)?.active ?? false;
  }

  private stands(rule: AlarmRuleCode, { active, returnedAt }: OpenAlarm, at: number): boolean {
    return active || (ALARM_CATALOGUE[rule].latching && at < returnedAt + INSPECTED_AFTER_MS);
  }
}
