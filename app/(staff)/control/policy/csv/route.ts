import { TRPCError } from '@trpc/server';
import { DRAFT_FIELDS, type DraftText, draftOf } from '../../../../../components/control/policyDraft';
import { replayCsv } from '../../../../../components/control/replayCsv';
import { api } from '../../../../../requestContext';
import { csvAnswer } from '../../../../csvAnswer';

/** The replay of a draft policy, cut by cut, as a file. */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  return csvAnswer(async ({ campus }) => {
    const text = Object.fromEntries(DRAFT_FIELDS.map((field) => [field, searchParams.get(field) ?? '']));
    const ask = draftOf(text as unknown as DraftText);
    if ('unclear' in ask) throw new TRPCError({ code: 'BAD_REQUEST' });
    const replay = await (await api()).control.replayDraft(ask);
    return { name: `policy-${ask.policy}.csv`, rows: replayCsv(replay, campus.timeZone) };
  });
}
