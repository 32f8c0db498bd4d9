import { expect } from 'vitest';
import { problemSchema } from '../../contracts/restCommon';
import type { TestServer } from './startTestServer';

export interface RestAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** Calls the API under `/api/v1`. A body that is text goes as it is; headers may replace the key. */
export type RestCall = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<RestAnswer>;

/** Calls of a test's server with a key. */
export const restCalls =
  (test: Pick<TestServer, 'url'>, key: string): RestCall =>
  async (method, path, body, headers = {}) => {
    const response = await fetch(`${test.url}/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  };

/** The problem document of a refusal. */
export function problemOf(answer: RestAnswer) {
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  return problemSchema.parse(answer.body);
}

/** Body of a top-up over the counter. */
export function topUp(reference: string, amount: string) {
  return { amount, channel: 'counter', reference };
}
