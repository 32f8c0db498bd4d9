import { contestedOwners, foreignBases, type TopicProblem, topicProblem } from '../contracts/foreignTopics';
import type { ForeignMeterRow, MeterRow } from '../db/queries/meters';

/**
 * Which of the meters that are to be fitted have topics that can't stand, by code: those that break a rule, and those that
 * lie in the topics of another fitted meter, of whatever campus. A meter of another campus is not named.
 * @param fitted meters of other dialects that stay fitted, the campus's own ones among them
 */
export function topicRefusals(
  campusId: number,
  planned: readonly Pick<MeterRow, 'code' | 'profile' | 'profileOptions'>[],
  fitted: readonly ForeignMeterRow[],
): Map<string, TopicProblem> {
  const refusals = new Map<string, TopicProblem>();
  const options = new Map<string, TopicProblem['option']>();
  const claims: { owner: { code: string; isOwn: boolean }; bases: string[] }[] = [];
  for (const { code, profile, profileOptions } of planned) {
    const given = profileOptions ?? {};
    options.set(code, given.fullTopic ? 'fullTopic' : 'topic');
    const problem = topicProblem(profile, code, given);
    if (problem) refusals.set(code, problem);
    else claims.push({ owner: { code, isOwn: true }, bases: foreignBases(profile, code, given) });
  }
  for (const { campusId: holder, code, profile, profileOptions } of fitted) {
    const isOwn = holder === campusId;
    const given = profileOptions ?? {};
    if ((isOwn && options.has(code)) || topicProblem(profile, code, given)) continue;
    claims.push({ owner: { code, isOwn }, bases: foreignBases(profile, code, given) });
  }
  for (const [{ code, isOwn }, rival] of contestedOwners(claims)) {
    const option = isOwn ? options.get(code) : undefined;
    if (!option) continue;
    const whose = rival.isOwn ? `those of meter "${rival.code}"` : 'topics that are taken';
    refusals.set(code, {
      option,
      code: 'TOPIC_TAKEN',
      message: `${option}: the topics collide with ${whose}.`,
    });
  }
  return refusals;
}
