/**
 * Waits for a piece of work and for another one that runs beside it. When either fails, the other one is ended before the failure
 * is told, so that it leaves no program of its own behind.
 * @param start begins the other one, which ends when its signal aborts
 * @param stop aborts it, also on the caller's wish
 * @throws whatever failed first
 */
export async function beside<T>(
  work: Promise<T>,
  start: (signal: AbortSignal) => Promise<void>,
  stop: AbortController,
): Promise<T> {
  const other = start(stop.signal);
  try {
    const [made] = await Promise.all([work, other]);
    return made;
  } catch (error) {
    stop.abort();
    await other.catch(() => undefined);
    throw error;
  }
}
