import { alarmsAtPoints, type FeederChildRow } from '../../../db/queries/feederHours';
import { LOSS_SIGNS, type SuspectCause, suspectCause } from '../../../domain/detection/lossCauses';
import type { NonTechnicalLossState } from '../../../domain/detection/nonTechnicalLoss';
import { type ClockState, clockDrift, DRIFT_ALARM_MS } from '../../../domain/metering/quality';
import type { CampusZone } from '../../../domain/time/campusTime';
import { lossSuspects } from '../../../engine/detectLosses';
import type { ReadDeps } from '../deps';

const DAY_MS = 86_400_000;

/** A meter whose use fell as the loss rose. */
export interface LossSuspect {
  readonly point: string;
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly meter: string | null;
  /** Room that it stands in; null: in none. */
  readonly room: string | null;
  readonly spaceName: string;
  readonly spaceNameEn: string | null;
  readonly cause: SuspectCause;
  readonly correlation: number;
  readonly beforeKwhDay: number;
  readonly sinceKwhDay: number;
  /** Share of the residual that its fall explains, at most 1. */
  readonly explains: number;
}

interface Sought {
  readonly pointId: number;
  readonly zone: CampusZone;
  readonly state: NonTechnicalLossState;
  readonly children: readonly FeederChildRow[];
  readonly residualKwhDay: number;
  /** Whether the viewer sees alarms: without them no sign is told of. */
  readonly seesAlarms: boolean;
}

/**
 * The suspects of a residual, the likeliest first, each with the word that its evidence bears; of the viewer's places alone.
 * `seen` is false where it is a room that the viewer does not see live: such a one is counted and not told of.
 */
export async function findSuspects(
  deps: ReadDeps,
  { pointId, zone, state, children, residualKwhDay, seesAlarms }: Sought,
): Promise<(LossSuspect & { readonly seen: boolean })[]> {
  if (state.date === null) return [];
  const [year, month, date] = state.date.split('-').map(Number);
  const endMs = zone.utcOf(year!, month!, date! + 1);
  const found = await lossSuspects(deps.reader, pointId, zone, { endMs }, state.daysOver);
  const byCode = new Map(children.map((child) => [child.code, child]));
  const suspects = found.flatMap((suspect) => {
    const child = byCode.get(suspect.point);
    return child?.inScope ? [{ suspect, child }] : [];
  });
  const signs = seesAlarms
    ? await alarmsAtPoints(
        deps.reader,
        suspects.map(({ child }) => child.pointId),
        LOSS_SIGNS,
        endMs - (state.daysOver + 1) * DAY_MS,
      )
    : [];
  return suspects.map(({ suspect, child }) => {
    const { beforeKwh, sinceKwh, correlation } = suspect;
    const inRoom = child.spaceKind === 'ROOM';
    const drift = child.drift as ClockState | null;
    return {
      point: child.code,
      name: child.name,
      nameEn: child.nameEn,
      meter: child.meter,
      room: inRoom ? child.space : null,
      spaceName: child.spaceName,
      spaceNameEn: child.spaceNameEn,
      cause: suspectCause({
        ...{ beforeKwh, sinceKwh },
        signs: signs.flatMap((sign) => (sign.pointId === child.pointId ? sign.rule : [])),
        clockWrong: drift !== null && Math.abs(clockDrift(drift) ?? 0) > DRIFT_ALARM_MS,
      }),
      correlation,
      beforeKwhDay: beforeKwh,
      sinceKwhDay: sinceKwh,
      explains: residualKwhDay > 0 ? Math.min(1, (beforeKwh - sinceKwh) / residualKwhDay) : 0,
      seen: !inRoom || child.valuesInScope,
    };
  });
}
