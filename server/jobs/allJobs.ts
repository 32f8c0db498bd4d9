import { closeSupplyGapsJob } from './closeSupplyGaps';
import { detectAnomaliesJob } from './detectAnomalies';
import { detectFeederOutagesJob } from './detectFeederOutages';
import { detectFeederVoltageJob } from './detectFeederVoltage';
import { detectIdleWasteJob } from './detectIdleWaste';
import { detectLossesJob } from './detectLosses';
import { detectSilenceJob } from './detectSilence';
import { detectVacantUseJob } from './detectVacantUse';
import { detectWaterLeaksJob } from './detectWaterLeaks';
import { downgradeRulesJob } from './downgradeRules';
import { grantSubsidiesJob } from './grantSubsidies';
import { inspectDevicesJob } from './inspectDevices';
import type { Job } from './job';
import { keepCampusHoursJob } from './keepCampusHours';
import { keepPartitionsJob } from './keepPartitions';
import { lookAtOrdersJob } from './lookAtOrders';
import { makeCheckpointJob } from './makeCheckpoint';
import { postDueWindowsJob } from './postDueWindows';
import { quotaNoticesJob } from './quotaNotices';
import { refreshChangedTimeLeftJob } from './refreshChangedTimeLeft';
import { refreshTimeLeftJob } from './refreshTimeLeft';
import { rerateJob } from './rerate';
import { runBulkJobsJob } from './runBulkJobs';
import { runSchedulesJob } from './runSchedules';
import { sendNoticesJob } from './sendNotices';
import { sendRefundsJob } from './sendRefunds';
import { settleLimitsJob } from './settleLimits';
import { sweepAlarmsJob } from './sweepAlarms';
import { sweepCommandsJob } from './sweepCommands';
import { sweepPoliciesJob } from './sweepPolicies';
import { tidyUpJob } from './tidyUp';
import { verifyLedgerJob } from './verifyLedger';
import { watchFundsJob } from './watchFunds';

/** Everything that must happen without anybody asking. @param startMs business time of the start, ms UTC */
export function allJobs(startMs: number): Job[] {
  return [
    keepPartitionsJob,
    postDueWindowsJob,
    watchFundsJob,
    rerateJob,
    sweepPoliciesJob,
    sweepCommandsJob,
    settleLimitsJob,
    runBulkJobsJob,
    runSchedulesJob,
    closeSupplyGapsJob,
    sweepAlarmsJob,
    sendNoticesJob,
    grantSubsidiesJob,
    detectSilenceJob,
    detectFeederOutagesJob,
    detectFeederVoltageJob,
    detectAnomaliesJob,
    detectWaterLeaksJob,
    detectIdleWasteJob,
    detectLossesJob,
    detectVacantUseJob,
    inspectDevicesJob,
    downgradeRulesJob,
    refreshTimeLeftJob,
    refreshChangedTimeLeftJob(startMs),
    keepCampusHoursJob,
    quotaNoticesJob,
    lookAtOrdersJob,
    sendRefundsJob,
    makeCheckpointJob,
    verifyLedgerJob,
    tidyUpJob,
  ];
}
