import { DomainError } from '../../../domain/errors';

const ANSWER_WITHIN_MS = 5_000;

/** The simulator's control port, asked on behalf of a person at the demo's panel. Exists in demo and test builds alone. */
export async function askSimulator<T>(port: number | null, path: string, body?: object): Promise<T> {
  if (port === null)
    throw new DomainError('unavailable', 'NO_SIMULATOR', 'No simulator runs with this server.');
  let answer: Response;
  try {
    answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new DomainError('unavailable', 'NO_SIMULATOR', 'The simulator does not answer.');
  }
  const parsed = (await answer.json()) as T & { error?: string };
  if (!answer.ok)
    throw new DomainError('conflict', 'SIMULATOR_REFUSED', parsed.error ?? 'The simulator refused.');
  return parsed;
}
