'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useRef } from 'react';
import type { CreateOrder } from '../../../contracts/payments';
import { useTRPCClient } from '../../live/trpc';

const TOKEN_BYTES = 16;

/** Names one wish to pay, so that however often it is tapped it is one order. Works on pages without https, too. */
function newToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/** Orders a top-up and leads on: to the wallet's own confirmation, else to what became of it. */
export function usePay(accountCode: string) {
  const client = useTRPCClient();
  const router = useRouter();
  const wish = useRef<{ what: string; token: string } | null>(null);
  return useMutation({
    mutationFn: ({ amount, channel }: Pick<CreateOrder, 'amount' | 'channel'>) => {
      const what = `${accountCode} ${amount} ${channel}`;
      if (wish.current?.what !== what) wish.current = { what, token: newToken() };
      return client.payments.createOrder.mutate({
        accountCode,
        amount,
        channel,
        clientToken: wish.current.token,
      });
    },
    onSuccess: ({ orderNo, payUrl }) => {
      if (payUrl === null) router.push(topUpPath(orderNo));
      else window.location.assign(payUrl);
    },
  });
}

/** Where a top-up is followed. */
export function topUpPath(orderNo: string): string {
  return `/me/topup?order=${encodeURIComponent(orderNo)}`;
}
