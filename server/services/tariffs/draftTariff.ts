import type { Second } from '../../../contracts/payments';
import { withTransaction } from '../../../db/client';
import type { TariffBody } from '../../../db/queries/storedTariff';
import { insertDraft, lockDraft, rewriteDraft, setDraftState } from '../../../db/queries/tariffDrafts';
import { DomainError, invalid } from '../../../domain/errors';
import type { AccrualPeriod } from '../../../domain/tariffs/tariff';
import { currentRegistry } from '../../../engine/registry';
import { approveDraft, assignScheme, judgeDraft, lockChargesOf } from '../../../engine/tariffDrafts';
import { type Caller, requireCampusWide } from '../../auth/caller';
import type { SignInDeps } from '../../auth/checkSignIn';
import { auditAct, auditConsent } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { secondPerson } from '../secondPerson';

/** A version as a person writes it. */
export interface DraftInput {
  readonly tariffId: number;
  /** The draft to write anew; null: a new one. */
  readonly draftId: number | null;
  readonly validFromMs: number;
  readonly accrual: AccrualPeriod;
  readonly body: TariffBody;
  /** Why the tariff changes; stands with the version for good. */
  readonly note: string;
}

const NOTE_MIN = 3;

/**
 * Writes a draft and, with `submit`, hands it to a second person. What breaks a rule is refused in words.
 * @throws DomainError `forbidden`; `notFound`; `invalid` with the field; `refused` `DRAFT_DECIDED`
 */
export async function saveDraft(
  deps: ServiceDeps,
  caller: Caller,
  input: DraftInput,
  submit: boolean,
): Promise<{ draftId: number }> {
  requireCampusWide(caller, 'DRAFT_TARIFF');
  const { database, engine } = deps;
  const note = input.note.trim();
  if (note.length < NOTE_MIN) throw invalid('/note', 'REASON', 'Say why the tariff changes.');
  const campusId = caller.campus.id;
  const nowMs = engine.clock.now();
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    if (registry.tariffs.get(input.tariffId)?.campusId !== campusId)
      throw new DomainError('notFound', 'TARIFF', 'There is no such tariff.');
    judgeDraft(registry, input, nowMs);
    const known = input.draftId === null ? null : await lockDraft(tx.client, campusId, input.draftId);
    if (input.draftId !== null && known?.tariffId !== input.tariffId)
      throw new DomainError('notFound', 'DRAFT', `There is no draft ${input.draftId}.`);
    if (known?.state === 'APPROVED')
      throw new DomainError(
        'refused',
        'DRAFT_DECIDED',
        'This draft is a version in force: it stays as it is.',
      );
    const content = { ...input, note, draftedBy: caller.actor, nowMs };
    const draftId = known?.id ?? (await insertDraft(tx.client, { ...content, campusId }));
    if (known) await rewriteDraft(tx.client, known.id, content);
    if (submit) await setDraftState(tx.client, draftId, { state: 'SUBMITTED' });
    auditAct(tx, deps, caller, {
      action: submit ? 'TARIFF_SUBMITTED' : 'TARIFF_DRAFTED',
      target: `tariff:${registry.tariffs.get(input.tariffId)!.code}`,
      after: { draft: draftId, validFrom: new Date(input.validFromMs).toISOString(), note },
    });
    return { draftId };
  });
}

/** Puts a draft in force as the second person, or sends it back. @throws as `approveDraft`; `invalid` without a reason */
export async function decideDraft(
  deps: ServiceDeps,
  caller: Caller,
  input: { draftId: number; revision: number; approve: boolean; note: string },
): Promise<{ version: number | null; corrected: number }> {
  requireCampusWide(caller, 'APPROVE_TARIFF');
  const { database, engine } = deps;
  const campusId = caller.campus.id;
  const by = caller.actor;
  if (input.approve) {
    const { number, corrected } = await approveDraft(
      database,
      engine,
      { campusId, draftId: input.draftId, revision: input.revision, by },
      (tx, outcome) =>
        auditAct(tx, deps, caller, {
          action: 'TARIFF_APPROVED',
          target: `tariff:${outcome.tariff}`,
          after: { draft: input.draftId, version: outcome.number, corrected: outcome.corrected },
        }),
    );
    return { version: number, corrected };
  }
  const note = input.note.trim();
  if (note.length < NOTE_MIN) throw invalid('/note', 'REASON', 'Say why the draft goes back.');
  return withTransaction(database, async (tx) => {
    const draft = await lockDraft(tx.client, campusId, input.draftId);
    if (!draft) throw new DomainError('notFound', 'DRAFT', `There is no draft ${input.draftId}.`);
    if (draft.state !== 'SUBMITTED')
      throw new DomainError('refused', 'NOT_SUBMITTED', 'Only a submitted draft can be decided.');
    await setDraftState(tx.client, draft.id, { state: 'REJECTED', by, nowMs: engine.clock.now(), note });
    auditAct(tx, deps, caller, {
      action: 'TARIFF_REJECTED',
      target: `tariff:${draft.tariffCode}`,
      after: { draft: draft.id, note },
    });
    return { version: null, corrected: 0 };
  });
}

export interface AssignInput {
  readonly account: string;
  readonly tariff: string;
  /** Null: from now on. */
  readonly fromMs: number | null;
  /** Who approves it beside, by name and password. */
  readonly second?: Second | undefined;
}

/**
 * Gives an account a tariff of its own from now or later on, with another person's approval.
 * @throws as `assignScheme`; `forbidden` where either of the two may not; `refused` `SECOND_PERSON_WRONG`
 */
export async function assignAccountTariff(
  deps: ServiceDeps & SignInDeps,
  caller: Caller,
  { second: named, ...input }: AssignInput,
): Promise<void> {
  requireCampusWide(caller, 'DRAFT_TARIFF');
  const second = named ? await secondPerson(deps, caller, named, 'APPROVE_TARIFF') : null;
  if (second) requireCampusWide(second, 'APPROVE_TARIFF');
  const people = { actor: caller.actor, approver: second?.actor ?? null };
  const request = { campusId: caller.campus.id, ...input, ...people };
  await assignScheme(deps.database, deps.engine, request, (tx, outcome) => {
    const act = { action: 'TARIFF_ASSIGNED', target: `account:${input.account}` };
    auditAct(tx, deps, caller, {
      ...act,
      before: { tariff: outcome.before },
      after: {
        tariff: input.tariff,
        utility: outcome.utility,
        from: new Date(outcome.fromMs).toISOString(),
        approver: people.approver,
      },
    });
    auditConsent(tx, deps, caller, second, act);
  });
}

/** Locks the charges of a month that has ended. @throws as `lockChargesOf` */
export async function lockMonthOf(deps: ServiceDeps, caller: Caller, month: string): Promise<void> {
  requireCampusWide(caller, 'APPROVE_TARIFF');
  const act = { campusId: caller.campus.id, month, by: caller.actor };
  await lockChargesOf(deps.database, deps.engine, act, (tx) =>
    auditAct(tx, deps, caller, { action: 'MONTH_LOCKED', target: `month:${month}` }),
  );
}
