import type { LiveAlarm } from '../../contracts/liveEvents';

/**
 * Which advice of its rule fits an alarm now; a rule without that one gives its usual advice.
 * @param roomsOver rooms below its feeder that are over their own limit; null: it is no feeder's
 */
export function responseOf({ returnedAt }: Pick<LiveAlarm, 'returnedAt'>, roomsOver: number | null) {
  if (roomsOver === null) return 'response';
  if (returnedAt !== null) return 'responseReturned';
  return roomsOver === 0 ? 'responseNoneOver' : 'response';
}
