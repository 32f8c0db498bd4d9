'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { LiveCommand } from '../../contracts/liveEvents';
import { type CommandTrackState, commandTrackState } from '../../domain/supply/commandMachine';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { CommandTrack } from '../ui/CommandTrack';
import { useNow } from '../ui/now';
import type { ArmRequest } from './control';
import { useControl } from './control';
import styles from './SupplyTrack.module.css';
import { useRefusalWords } from './useRefusalWords';

interface Props {
  command: LiveCommand;
  /** Measured position and time that prove it, in words. */
  measured?: { at: number; words: string } | null;
  /** True where the viewer may ask the meter for a reading. */
  mayRead: boolean;
  /** The same act once more; null where the viewer may not. */
  again: ArmRequest | null;
}

/** The command track with what to do next: undo while it waits, and after a failure read, try again or send someone. */
export function SupplyTrack({ command, measured, mayRead, again }: Props) {
  const t = useTranslations('supply');
  const trpc = useTRPC();
  const words = useRefusalWords();
  const now = useNow();
  const { arm } = useControl();
  const undo = useMutation(trpc.commands.undo.mutationOptions());
  const read = useMutation(trpc.commands.request.mutationOptions());
  const state = commandTrackState(command.state);
  const waiting = state === 'pending' && command.notBefore !== null && command.notBefore > now;
  const next = nextStepOf(command, state);
  const problem = undo.error ?? read.error;
  return (
    <div className={styles.track}>
      <CommandTrack
        command={command}
        measured={measured}
        actions={
          waiting ? (
            <Button
              size="control"
              onClick={() => undo.mutate({ commandId: command.id })}
              disabled={undo.isPending}
              data-testid="undo"
            >
              {t('undo')}
            </Button>
          ) : next ? (
            <>
              {mayRead && (
                <Button
                  size="control"
                  disabled={read.isPending}
                  onClick={() => read.mutate({ pointCode: command.point, action: 'read', reason: 'CHECK' })}
                >
                  {t('readNow')}
                </Button>
              )}
              {again && (
                <Button size="control" onClick={() => arm(again)}>
                  {t('again')}
                </Button>
              )}
            </>
          ) : undefined
        }
      />
      {next && (
        <p className={styles.next} data-testid="next-step">
          <b>{t('nextStep')}</b> {t(`next.${next}`)}
        </p>
      )}
      {problem && (
        <p className={styles.next} role="alert">
          {words(refusalOf(problem).reason, refusalOf(problem).details)}
        </p>
      )}
    </div>
  );
}

/** What to do after an end without proof; null where nothing is left to do: it lives, is proven, taken back or replaced. */
function nextStepOf({ action, cause }: LiveCommand, state: CommandTrackState) {
  if (state === 'mismatch') return action === 'CONNECT' ? 'mismatchRestore' : 'mismatchCut';
  // A cut that was asked for goes on being wanted; a restore is never repeated by itself.
  if (state === 'failed' || state === 'timeout')
    return action === 'DISCONNECT' ? (`${state}Cut` as const) : state;
  if (state === 'expired') return state;
  return state === 'cancelled' && cause !== 'UNDONE' ? state : null;
}
