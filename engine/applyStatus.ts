import { type Database, withTransaction } from '../db/client';
import { insertQuarantine } from '../db/queries/quarantine';
import { updateGatewayStatus, updateMeterStatus } from '../db/queries/silence';
import { applyAlarmSignal } from './applyAlarmEvent';
import type { EngineContext } from './context';

/** Presence as a gateway or a directly connected meter states it (or as its last will does). */
export interface NodeStatus {
  readonly site: string;
  readonly kind: 'GATEWAY' | 'METER';
  readonly code: string;
  readonly online: boolean;
  readonly boot: number | null;
  readonly firmware: string | null;
  readonly rxMs: number;
}

/** Stores the status; being back ends the alarm of having been away. Absence is judged by `detectSilence`, after its delay. */
export async function applyStatus(database: Database, ctx: EngineContext, status: NodeStatus): Promise<void> {
  await withTransaction(database, async (tx) => {
    const where = { campusCode: status.site, code: status.code, online: status.online, atMs: status.rxMs };
    if (status.kind === 'METER') {
      if (await updateMeterStatus(tx.client, where)) return;
    } else {
      const gateway = await updateGatewayStatus(tx.client, {
        ...where,
        boot: status.boot,
        firmware: status.firmware,
      });
      if (gateway) {
        if (status.online)
          await applyAlarmSignal(tx, ctx.clock.now(), {
            rule: 'GATEWAY_OFFLINE',
            subject: {
              campusId: gateway.campusId,
              type: 'GATEWAY',
              id: gateway.id,
              spaceId: gateway.spaceId,
            },
            kind: 'RETURN',
            atMs: status.rxMs,
          });
        return;
      }
    }
    await insertQuarantine(tx.client, [
      {
        campusId: null,
        meterId: null,
        meterCode: status.kind === 'METER' ? status.code : null,
        gatewayCode: status.kind === 'GATEWAY' ? status.code : null,
        topic: null,
        tsMs: null,
        rxMs: status.rxMs,
        reason: status.kind === 'GATEWAY' ? 'UNKNOWN_GATEWAY' : 'UNKNOWN_METER',
        field: null,
        detail: `Status of ${status.code} at ${status.site}, which is not in the books.`,
        payload: null,
      },
    ]);
  });
}
