import { MutationObserver, QueryClient } from '@tanstack/react-query';
import { createTRPCClient } from '@trpc/client';
import { afterEach, expect, test, vi } from 'vitest';
import type { AppRouter } from '../../server/trpc/root';
import { requestLinks } from './requestLinks';

interface Sent {
  url: string;
  init: RequestInit;
  answer(): void;
}

function watchRequests(): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    return new Promise((resolve) => {
      sent.push({ url: String(url), init, answer: () => resolve(new Response('{}', { status: 500 })) });
    });
  });
  return sent;
}

/** What a page still runs of a tap after its handlers: promises, and no timer. */
async function restOfTheTap(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
}

const client = () => createTRPCClient<AppRouter>({ links: requestLinks('http://campus.test/api/trpc') });
const cut = { pointCode: 'P-E-7-415', action: 'disconnect', reason: 'WORKS' } as const;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('a cut that was confirmed is on its way within the tap, alone, and outlives a page that is left at once', async () => {
  vi.useFakeTimers();
  const sent = watchRequests();
  const { commands } = client();
  const confirm = new MutationObserver(new QueryClient(), {
    mutationFn: () => commands.request.mutate(cut),
  });
  confirm.mutate().catch(() => {});
  commands.release.mutate({ pointCode: cut.pointCode }).catch(() => {});
  await restOfTheTap();
  expect(sent.map(({ url }) => url.split('/').at(-1)).sort()).toEqual([
    'commands.release',
    'commands.request',
  ]);
  expect(sent.map(({ init }) => init.keepalive)).toEqual([true, true]);
  for (const one of sent) one.answer();
  await restOfTheTap();
});

test('what is too large for a browser to keep under way is sent all the same, counted in bytes of its letters', async () => {
  const sent = watchRequests();
  void client().commands.request.mutate({ ...cut, reason: '检'.repeat(17_000) });
  await restOfTheTap();
  expect(sent).toHaveLength(1);
  expect(sent[0]?.init.keepalive).not.toBe(true);
});

test('requests under way share what a browser keeps; what no longer fits is sent all the same, and later ones outlive again', async () => {
  const sent = watchRequests();
  const write = (letters: number) => {
    void client()
      .commands.request.mutate({ ...cut, reason: 'x'.repeat(letters) })
      .catch(() => {});
  };
  write(20_000);
  write(20_000);
  write(20_000);
  await restOfTheTap();
  expect(sent.map(({ init }) => init.keepalive ?? false)).toEqual([true, true, false]);
  sent[0]?.answer();
  sent[1]?.answer();
  await restOfTheTap();
  write(20_000);
  await restOfTheTap();
  expect(sent[3]?.init.keepalive).toBe(true);
});

test('reads of one moment share a request', async () => {
  const sent = watchRequests();
  const { commands } = client();
  void commands.ofPoint.query({ pointCode: 'P-E-7-415' });
  void commands.ofPoint.query({ pointCode: 'P-E-7-416' });
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.url).toContain('commands.ofPoint,commands.ofPoint');
});
