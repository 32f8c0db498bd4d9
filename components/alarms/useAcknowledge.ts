import { useMutation } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useAlarms } from '../live/hooks';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { useCode } from '../ui/useCode';

/** Acknowledgements under way: shown until the server's echo has come back by the stream. */
export function useAcknowledge() {
  const trpc = useTRPC();
  const code = useCode();
  const alarms = useAlarms();
  const [sent, setSent] = useState<ReadonlySet<string>>(new Set());
  const send = useMutation(
    trpc.alarms.acknowledge.mutationOptions({
      onError: (_error, { ids }) => setSent((before) => without(before, ids.map(String))),
    }),
  );
  const pending = useMemo(() => {
    const unacked = new Set(
      alarms
        .filter(({ state }) => state === 'UNACK' || state === 'RTN_UNACK' || state === 'LATCHED_UNACK')
        .map(({ id }) => id),
    );
    return new Set([...sent].filter((id) => unacked.has(id)));
  }, [alarms, sent]);
  const { mutate } = send;
  return {
    pending,
    refusal: send.error ? code('refusal', refusalOf(send.error).reason) : null,
    send: useCallback(
      (id: string) => {
        setSent((before) => new Set(before).add(id));
        mutate({ ids: [Number(id)] });
      },
      [mutate],
    ),
  };
}

function without(set: ReadonlySet<string>, ids: readonly string[]): Set<string> {
  return new Set([...set].filter((id) => !ids.includes(id)));
}
