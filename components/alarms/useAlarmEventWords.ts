import { useTranslations } from 'next-intl';
import { formatPower } from '../ui/format';
import { useCode } from '../ui/useCode';

/** A line of an alarm's history, as stored. */
export interface AlarmEvent {
  readonly event: string;
  /** Shown name of a person; `rule:…` or `engine`. */
  readonly actor: string;
  readonly detail: Readonly<Record<string, unknown>> | null;
  /** Whom an escalation told, by the roster. */
  readonly told: readonly string[] | null;
  /** Whom it would have told, had they a contact that the message reaches. */
  readonly missed: readonly string[] | null;
  /** Whom it was given to. */
  readonly assignee: string | null;
}

/** How a person's decision about a held charge is told; `no`: there was none. */
function heldWord(rule: string, note: string, decision: string): 'yes' | 'rejected' | 'no' {
  if (rule !== 'BALANCE_ANOMALY' || note === '') return 'no';
  return decision === 'REJECTED' ? 'rejected' : 'yes';
}

/** What happened to an alarm, in words. */
export function useAlarmEventWords(): (entry: AlarmEvent, rule: string) => string {
  const t = useTranslations('alarms');
  const code = useCode();
  const reasonWords = (text: string): string => {
    const [reason = '', ...note] = text.split(': ');
    return [code('shelveReason', reason), ...note].filter(Boolean).join(t('comma'));
  };
  /** Whom a step of the ladder told, and whom it could not tell. */
  const escalatedWords = (
    told: readonly string[],
    missed: readonly string[],
    detail: AlarmEvent['detail'],
  ): string => {
    if (typeof detail?.allInScope === 'number')
      return missed.length === 0
        ? t('escalatedToAll', { n: detail.allInScope })
        : t('escalatedToReached', { n: detail.allInScope, missed: missed.join(t('comma')) });
    const inScope = typeof detail?.insteadInScope === 'number' ? detail.insteadInScope : 0;
    const others = inScope > 0 ? t('othersInScope', { n: inScope }) : told.join(t('comma'));
    if (missed.length > 0) {
      const who = { missed: missed.join(t('comma')) };
      return others === '' ? t('escalatedToNobody', who) : t('escalatedInstead', { ...who, people: others });
    }
    return others === '' ? '' : t('escalatedTo', { people: others });
  };
  return ({ event, actor, detail, told, missed, assignee }, rule) => {
    const key = `timeline.${event}`;
    if (!t.has(key)) return event;
    const text = (name: string) => (typeof detail?.[name] === 'string' ? detail[name] : '');
    const target = text('target');
    const verdict = text('verdict');
    return t(key, {
      name: actor.startsWith('rule:') || actor === 'engine' ? '' : actor,
      rule: code('alarmRule', rule),
      held: heldWord(rule, text('note'), text('decision')),
      reason: reasonWords(text('reason')),
      note: text('note'),
      verdict: verdict === '' ? '' : t(`verdict.kinds.${verdict}`),
      because: text('note') === '' ? '' : t('verdict.because', { note: text('note') }),
      appliance: text('appliance'),
      power: typeof detail?.powerW === 'number' ? t('comma') + formatPower(detail.powerW, 'room') : '',
      ticket: text('ticket'),
      to: assignee ?? text('to'),
      by: text('by').replace(/^(gateway|feeder|outage|cut):/, ''),
      target: target === '' ? '' : t(`targets.${target}`),
      people: escalatedWords(told ?? [], missed ?? [], detail),
    });
  };
}
