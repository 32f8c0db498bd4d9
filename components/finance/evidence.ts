import { z } from 'zod';

const line = z.looseObject({
  period: z.string(),
  tier: z.string(),
  q_u: z.string(),
  price_u: z.string(),
  payer: z.string(),
});

/** What was frozen when a dispute was opened, as far as a page shows it. Integers as decimal text, times in ms as text. */
const evidenceSchema = z.looseObject({
  frozen: z.string(),
  charge: z.looseObject({
    meter: z.string(),
    register: z.string(),
    from: z.string(),
    to: z.string(),
    start: z.string(),
    end: z.string(),
    quantity: z.string(),
    amount: z.string(),
    lines: z.array(line),
  }),
  readings: z.array(z.looseObject({ at: z.string(), value: z.string() })),
  transaction: z.looseObject({ id: z.string(), hash: z.string() }).nullable(),
});

export type Evidence = z.infer<typeof evidenceSchema>;

export function readEvidence(text: string): Evidence {
  return evidenceSchema.parse(JSON.parse(text));
}
