import { z } from 'zod';

/** A browser's subscription to push messages, as its `toJSON` says it. Unknown members are left out. */
export const pushSubscription = z.object({
  endpoint: z.url({ protocol: /^https?$/ }).max(1_000),
  keys: z.object({
    p256dh: z.string().regex(/^[\w-]{80,100}={0,2}$/),
    auth: z.string().regex(/^[\w-]{16,32}={0,2}$/),
  }),
});
export type PushSubscription = z.output<typeof pushSubscription>;
