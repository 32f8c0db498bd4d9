import type { AlarmView } from '../../db/queries/alarmViews';
import type { CommandView } from '../../db/queries/commandViews';
import type { LiveAccount } from './shapes';

/** Whether two readings of one row say the same to a screen: then nothing is sent. */

export function sameAccount(a: LiveAccount, b: LiveAccount): boolean {
  return (
    a.availableMicro === b.availableMicro &&
    a.ledgerMicro === b.ledgerMicro &&
    a.unpostedMicro === b.unpostedMicro &&
    a.band === b.band &&
    a.hours === b.hours &&
    a.spaceId === b.spaceId
  );
}

export function sameAlarm(a: AlarmView, b: AlarmView): boolean {
  return (
    a.changedMs === b.changedMs &&
    a.count === b.count &&
    a.active === b.active &&
    a.acknowledged === b.acknowledged &&
    a.shelvedUntilMs === b.shelvedUntilMs &&
    a.suppressedBy === b.suppressedBy &&
    a.outOfServiceTicket === b.outOfServiceTicket &&
    a.endedMs === b.endedMs &&
    a.escalateDueMs === b.escalateDueMs &&
    a.announcedMs === b.announcedMs &&
    a.priority === b.priority &&
    a.owner === b.owner &&
    a.chatter === b.chatter
  );
}

export function sameCommand(a: CommandView, b: CommandView): boolean {
  return a.steps.length === b.steps.length && a.state === b.state && a.dueMs === b.dueMs;
}
