'use client';

import { useMemo } from 'react';
import { bulkCellState } from '../../domain/supply/bulkJob';
import { useCommands } from '../live/hooks';
import type { BulkCell, BulkJobDetail } from './controlTypes';

/** The cells of a job with every step of their commands that came since they were asked for. */
export function useLiveCells({ job, cells }: BulkJobDetail): readonly BulkCell[] {
  const commands = useCommands();
  return useMemo(() => {
    const live = new Map(commands.map((command) => [command.id, command]));
    return cells.map((cell) => {
      const command = cell.commandId === null ? undefined : live.get(cell.commandId);
      // A command that has ended stays ended, whichever answer came first.
      if (!command || cell.endedMs !== null || command.state === cell.commandState) return cell;
      return {
        ...cell,
        commandState: command.state,
        resultCode: command.cause,
        cell: bulkCellState({ state: cell.state, commandState: command.state }, job.state),
      };
    });
  }, [commands, cells, job.state]);
}
