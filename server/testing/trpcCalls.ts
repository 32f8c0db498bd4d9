import { TRPCError } from '@trpc/server';
import { DomainError } from '../../domain/errors';
import { createContext } from '../trpc/createContext';
import { createCaller } from '../trpc/root';
import { reportReadings } from './reportReadings';
import { startTestServer, type TestServer } from './startTestServer';

/** A test server on which a room of each building was read. */
export function startReadServer(): Promise<TestServer> {
  return startTestServer({
    prepare: async (parts) => {
      for (const meter of ['M-101', 'M-201'])
        await reportReadings(parts, meter, [['11:59', '10.000']], { relay: 1 });
    },
  });
}

/** The procedures as whoever holds a cookie calls them; null: nobody. With the headers of the answer. */
export async function callsWith(test: TestServer, cookieHeader: string | null) {
  const resHeaders = new Headers();
  const context = await createContext(test.server.host, { cookieHeader, address: '10.1.1.1', resHeaders });
  return { call: createCaller(context), resHeaders };
}

/** The procedures as a user of the test campus calls them. */
export async function callsAs(test: TestServer, code: string) {
  return (await callsWith(test, await test.cookie(code))).call;
}

/** What a call was refused with; throws where it was not, or failed. */
export async function refusal(act: Promise<unknown>): Promise<{ code: string; reason: string | null }> {
  try {
    await act;
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error;
    return { code: error.code, reason: error.cause instanceof DomainError ? error.cause.reason : null };
  }
  throw new Error('expected a refusal');
}
