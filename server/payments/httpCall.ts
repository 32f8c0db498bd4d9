import { ProviderUnavailable } from './provider';

const ANSWER_WITHIN_MS = 8_000;
const MAX_BYTES = 1_048_576;

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
  header(name: string): string | null;
}

/** One request to a provider, with an end to waiting. @throws ProviderUnavailable for whatever is no answer */
export async function httpCall(
  url: string,
  request: { method: 'GET' | 'POST'; headers: Record<string, string>; body?: string },
): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, {
      ...request,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const body = Buffer.from(await response.arrayBuffer());
    if (body.length > MAX_BYTES) throw new ProviderUnavailable('the answer is too long');
    return { status: response.status, body, header: (name) => response.headers.get(name) };
  } catch (error) {
    if (error instanceof ProviderUnavailable) throw error;
    throw new ProviderUnavailable(error instanceof Error ? error.name : 'no answer');
  }
}

/** The JSON object in an answer. @throws ProviderUnavailable */
export function jsonAnswer(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new ProviderUnavailable('the answer is not a JSON object');
}
