import type { CsvRows } from '../ui/csv';
import { formatIso } from '../ui/formatTime';
import type { BulkJobDetail } from './controlTypes';

/** A job's points as rows of a CSV file in the order of sending: codes as stored, times in ISO form with the campus offset. */
export function jobCsv({ job, cells }: BulkJobDetail, zone: string): CsvRows {
  const time = (at: number | null) => (at === null ? '' : formatIso(at, zone));
  return [
    [
      'job',
      'direction',
      'reason',
      'requested_by',
      'approved_by',
      'building',
      'floor',
      'room',
      'point',
      'protection',
      'state',
      'why',
      'command',
      'handed_at',
      'ended_at',
    ],
    ...cells.map((cell) => [
      job.id,
      job.direction,
      job.reason,
      job.requestedBy,
      job.approvedBy ?? '',
      cell.building ?? '',
      cell.floor ?? '',
      cell.space,
      cell.pointCode,
      cell.protection,
      cell.cell.toUpperCase(),
      cell.reason ?? cell.resultCode ?? '',
      cell.commandId ?? '',
      time(cell.handedMs),
      time(cell.endedMs),
    ]),
  ];
}
