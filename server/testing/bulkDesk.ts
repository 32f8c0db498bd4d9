import { decideBulk, steerBulk } from '../services/control/actOnBulk';
import { type BulkAsk, previewBulk } from '../services/control/previewBulk';
import { readBulkJob } from '../services/control/readControl';
import { type BulkOrder, requestBulk } from '../services/control/requestBulk';
import type { BulkCampus } from './bulkCampus';

/** All of building B off. */
export const cutBuilding: BulkAsk = {
  choice: { kind: 'SPACE', code: 'B' },
  direction: 'CUT',
  utility: 'ELECTRICITY',
};

/** The points of some of its rooms off. */
export const points = (...rooms: string[]): BulkAsk => ({
  ...cutBuilding,
  choice: { kind: 'POINTS', codes: rooms.map((room) => `P-B-${room}`) },
});

/** Bulk jobs of the building as people of staff order, decide and steer them, each by the code of their user. */
export class BulkDesk {
  private keys = 0;

  constructor(private readonly campus: BulkCampus) {}

  /** Orders what a dry run found, with a key of its own. */
  async ask(code: string, what: BulkAsk, more: Partial<BulkOrder> = {}) {
    const { caller, deps } = await this.campus.as(code);
    const { eligible } = await previewBulk(deps, caller, what);
    return requestBulk(deps, caller, {
      ...what,
      reason: 'works',
      confirmed: eligible,
      requestKey: `key-of-a-test-${++this.keys}`,
      ...more,
    });
  }

  async decide(code: string, jobId: string, approve = true) {
    const { caller, deps } = await this.campus.as(code);
    return decideBulk(deps, caller, { jobId, approve });
  }

  async steer(code: string, jobId: string, event: 'PAUSE' | 'RESUME' | 'STOP' | 'WITHDRAW') {
    const { caller, deps } = await this.campus.as(code);
    return steerBulk(deps, caller, { jobId, event });
  }

  /** A job as its page shows it to the auditor. */
  async job(id: string) {
    const { caller, deps } = await this.campus.as('auditor');
    return readBulkJob(deps, caller, id);
  }
}
