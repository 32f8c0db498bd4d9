import type { CsvRows } from '../ui/csv';
import { formatIso } from '../ui/formatTime';
import type { DraftReplay } from './controlTypes';

/** A replay as rows of a CSV file: codes as stored, times in ISO form with the campus offset. */
export function replayCsv({ cuts }: DraftReplay, zone: string): CsvRows {
  const time = (at: number | null) => (at === null ? '' : formatIso(at, zone));
  return [
    ['room', 'point', 'used_up_at', 'until', 'cut_at', 'draft_cut_at', 'outcome', 'rule', 'no_cut_kind'],
    ...cuts.map((cut) => [
      cut.space ?? '',
      cut.point ?? '',
      time(cut.fromMs),
      time(cut.untilMs),
      time(cut.cutMs),
      time(cut.draftMs),
      cut.kind,
      cut.rule,
      cut.noCutKind ?? '',
    ]),
  ];
}
