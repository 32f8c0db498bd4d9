'use client';

import { useTranslations } from 'next-intl';
import type { LiveCommand } from '../../contracts/liveEvents';
import { commandTrackState, isTerminal } from '../../domain/supply/commandMachine';
import { useCode } from './useCode';
import { useMeterAnswer } from './useMeterAnswer';

/** Words of a command that is over without proof: the large line, and why. */
interface CommandEnd {
  title: string;
  why: string;
}

/**
 * How a command ended, in words, for every end but a proven one; null while it lives and once it is proven. What the meter
 * said and what it did not say are kept apart: silence, a refusal and a missing proof ask for different next steps.
 */
export function useCommandEnd(): (command: LiveCommand) => CommandEnd | null {
  const t = useTranslations('commands');
  const code = useCode();
  const meterWords = useMeterAnswer();
  return (command) => {
    const state = commandTrackState(command.state);
    if (!isTerminal(command.state) || state === 'verified') return null;
    const { cause, steps } = command;
    const sent = steps.some((step) => step.state === 'SENT');
    const accepted = steps.some((step) => step.state === 'ACCEPTED' || step.state === 'EXECUTED');
    const title = code('trackTitle', state);
    switch (state) {
      case 'timeout':
        return accepted
          ? { title: t('titleSilent'), why: t('silentAfter') }
          : { title, why: t('silentFor', { seconds: lifeOf(command) }) };
      case 'failed':
        return { title, why: meterWords(cause) };
      case 'mismatch':
        return command.action === 'READ'
          ? { title: t('titleUnread'), why: t('unreadWords') }
          : { title, why: t('mismatchWords') };
      case 'expired':
        return { title, why: t(sent ? 'cameTooLate' : 'neverSent') };
      case 'superseded':
        return { title, why: cause ? code('commandEnd', cause) : t('newerCommand') };
      default:
        return { title, why: cause ? code('commandEnd', cause) : t('notApproved') };
    }
  };
}

/** Time that the command had to arrive, whole seconds. */
function lifeOf({ createdAt, notBefore, expiresAt }: LiveCommand): number {
  return Math.round((expiresAt - (notBefore ?? createdAt)) / 1_000);
}
