import type { DraftAsk, PolicyChoice } from './controlTypes';

/** A draft policy as an address and a form hold it, in words that a person can write. */
export interface DraftText {
  readonly policy: string;
  readonly weeks: string;
  /** `22:00-08:00`, several with commas; empty: none. */
  readonly windows: string;
  /** Weekdays 1 (Monday) to 7 with commas. */
  readonly days: string;
  /** Minutes between the final notice and the cut. */
  readonly lead: string;
  /** `2026-01-05..2026-01-16`, several with commas; empty: none. */
  readonly more: string;
}

export const DRAFT_FIELDS = ['policy', 'weeks', 'windows', 'days', 'lead', 'more'] as const;

const two = (n: number): string => String(n).padStart(2, '0');
const clock = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

/** The draft that changes nothing. */
export function textOfPolicy(choice: PolicyChoice): DraftText {
  return {
    policy: choice.code,
    weeks: '4',
    windows: choice.dailyWindows
      .map(({ fromMinute, toMinute }) => `${clock(fromMinute)}-${clock(toMinute)}`)
      .join(', '),
    days: choice.weekdays.join(','),
    lead: String(choice.noticeLeadMinutes),
    more: '',
  };
}

/** What the text asks for, or the first field that says nothing clear. */
export function draftOf(text: DraftText): DraftAsk | { readonly unclear: (typeof DRAFT_FIELDS)[number] } {
  const weeks = Number(text.weeks);
  if (!/^[1-8]$/.test(text.weeks)) return { unclear: 'weeks' };
  const windows = parts(text.windows).map(windowOf);
  if (windows.length > 4 || windows.includes(null)) return { unclear: 'windows' };
  const days = parts(text.days);
  if (days.some((day) => !/^[1-7]$/.test(day))) return { unclear: 'days' };
  if (!/^\d{1,4}(\.\d{1,3})?$/.test(text.lead) || Number(text.lead) > 2_880) return { unclear: 'lead' };
  const more = parts(text.more).map((part) => /^(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?$/.exec(part));
  if (more.length > 8 || more.includes(null)) return { unclear: 'more' };
  return {
    policy: text.policy,
    weeks,
    dailyWindows: windows.map((window) => window!),
    weekdays: [...new Set(days.map(Number))],
    noticeLeadMinutes: Number(text.lead),
    moreDates: more.map((dates) => ({ fromDate: dates![1]!, toDate: dates![2] ?? dates![1]! })),
  };
}

const parts = (text: string): string[] =>
  text
    .split(/[,，、]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

function windowOf(part: string): { fromMinute: number; toMinute: number } | null {
  const match = /^(\d\d?):(\d\d)\s*[-–]\s*(\d\d?):(\d\d)$/.exec(part);
  if (!match) return null;
  const [fromHour, fromRest, toHour, toRest] = match.slice(1).map(Number) as [number, number, number, number];
  const [fromMinute, toMinute] = [fromHour * 60 + fromRest, toHour * 60 + toRest];
  const clear = fromRest < 60 && toRest < 60 && fromMinute < 1_440 && toMinute >= 1 && toMinute <= 1_440;
  return clear ? { fromMinute, toMinute } : null;
}
