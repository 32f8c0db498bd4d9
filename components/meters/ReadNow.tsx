'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { LiveCommand } from '../../contracts/liveEvents';
import { isTerminal } from '../../domain/supply/commandMachine';
import { useCommands } from '../live/hooks';
import { useConnection } from '../live/LiveProvider';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { useRefusalWords } from '../supply/useRefusalWords';
import { Button } from '../ui/Button';
import { CommandTrack } from '../ui/CommandTrack';
import { useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { Notice } from '../ui/states';
import type { MeterData } from './meterData';

/** A request that ended longer ago than this belongs to the log. */
const TRACK_KEPT_MS = 10 * 60_000;

/** The newest request to read this meter, by the stream, else as the page was read. */
export function useNewestReading(data: MeterData): LiveCommand | null {
  const streamed = useCommands().find(
    ({ action, point, createdAt }) =>
      action === 'READ' && point === data.point.code && createdAt >= data.fittedMs,
  );
  const read = data.reading;
  if (!streamed || data.removedMs !== null) return read;
  if (!read || streamed.createdAt > read.createdAt) return streamed;
  return streamed.changedAt >= read.changedAt ? streamed : read;
}

/** Asks the meter for a reading at once. Switches nothing, so it asks for no reason of the operator's. */
export function ReadNow({ data, onAsked }: { data: MeterData; onAsked: () => void }) {
  const t = useTranslations('meter');
  const live = useTranslations('live');
  const trpc = useTRPC();
  const words = useRefusalWords();
  const { state: connection } = useConnection();
  const newest = useNewestReading(data);
  const request = useMutation(trpc.commands.request.mutationOptions({ onSuccess: onAsked }));
  const under = newest !== null && !isTerminal(newest.state);
  const blocked =
    connection === 'offline'
      ? live('controlOffline')
      : data.online === false
        ? t('saysOffline')
        : under
          ? t('readUnderWay')
          : undefined;
  return (
    <>
      {request.error && (
        <Notice strong>{words(refusalOf(request.error).reason, refusalOf(request.error).details)}</Notice>
      )}
      <Button
        size="control"
        variant={blocked === undefined ? 'primary' : 'plain'}
        blockedBy={blocked}
        disabled={request.isPending}
        onClick={() => request.mutate({ pointCode: data.point.code, action: 'read', reason: 'CHECK' })}
        data-testid="read-now"
      >
        {t('readNow')}
      </Button>
    </>
  );
}

/** Track of the newest request to read, until it is old. */
export function ReadTrack({ data }: { data: MeterData }) {
  const t = useTranslations('meter');
  const now = useNow();
  const command = useNewestReading(data);
  if (command === null) return null;
  const ended = command.steps.at(-1)?.at ?? command.changedAt;
  if (isTerminal(command.state) && now - ended > TRACK_KEPT_MS) return null;
  return (
    <Panel label={t('readTrack')} testId="track">
      <CommandTrack command={command} />
    </Panel>
  );
}
