import type { CsvRows } from '../../ui/csv';
import { formatIso } from '../../ui/formatTime';
import type { JournalLine } from './reviewTypes';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Lines of the journal as rows of a CSV file, newest first as on the screen: codes as stored, times in ISO form with the campus offset. */
export function journalCsv(lines: readonly JournalLine[], zone: string): CsvRows {
  return [
    [
      'line',
      'time',
      'alarm',
      'priority',
      'rule',
      'object',
      'place',
      'event',
      'by',
      'announced',
      'words',
      'told',
    ],
    ...lines.map((line) => [
      String(line.id),
      formatIso(line.atMs, zone),
      String(line.alarmId),
      `P${line.priority}`,
      line.rule,
      line.subjectCode ?? '',
      line.placePath.join(' / '),
      line.event,
      line.actor,
      line.announced ? '1' : '0',
      text(line.detail?.reason) ||
        text(line.detail?.note) ||
        text(line.detail?.ticket) ||
        text(line.detail?.by),
      line.told?.join(' / ') ?? '',
    ]),
  ];
}
