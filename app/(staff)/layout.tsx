import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { AlarmSoundProvider } from '../../components/alarms/AlarmSound';
import { DutyStrip } from '../../components/alarms/DutyStrip';
import { LiveAlarmBar } from '../../components/alarms/LiveAlarmBar';
import { DemoStrip } from '../../components/demo/DemoStrip';
import { StaffFrame } from '../../components/shell/StaffFrame';
import { StaffLive } from '../../components/shell/StaffLive';
import { ControlDesk } from '../../components/supply/ControlDesk';
import { THEME_COOKIE, themeFrom } from '../../components/ui/theme';
import { api, currentSession, isDemo, requestTime } from '../../requestContext';
import { openPages } from '../../server/auth/openPages';
import { alarmScopeOf, mayEverAnswer, permissionFor } from '../../server/auth/permissions';
import { Texts } from '../Texts';
import { TrpcRoot } from '../trpc';

/**
 * Everything under it is for signed-in people and lives in one frame: alarm bar, navigation, connection, clock. A page
 * below calls `signedIn(path)` first, which sends anybody else to the login page and back.
 */
export default async function StaffLayout({ children }: { children: ReactNode }) {
  const session = await currentSession();
  if (!session) return children;
  const procedures = await api();
  const me = await procedures.session.me();
  const may = me.kind === 'USER' ? me.may : [];
  const roles = me.kind === 'USER' ? me.roles : [];
  const at = new Date(requestTime());
  const seesAlarms = alarmScopeOf((action) => permissionFor(session, action, at)) !== null;
  const sees = !seesAlarms ? 'NONE' : may.includes('VIEW_ALARMS') ? 'ALL' : 'MONEY';
  const alarms = seesAlarms ? await procedures.live.snapshot({ room: 'alarms' }) : null;
  const waiting = mayEverAnswer(session) ? await procedures.control.waiting() : null;
  const theme = themeFrom((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <Texts>
      <TrpcRoot>
        <StaffLive
          serverTime={requestTime()}
          campusZone={session.campus.timeZone}
          rooms={seesAlarms ? ['alarms'] : []}
          initial={alarms ? [alarms] : []}
        >
          <AlarmSoundProvider>
            <StaffFrame
              campus={session.campus}
              user={{ name: session.displayName, roles }}
              opens={openPages(session)}
              waiting={waiting}
              theme={theme}
              demo={isDemo() ? <DemoStrip mayDrill={may.includes('DRILL_LEDGER')} /> : null}
              bar={<LiveAlarmBar sees={sees} />}
              strips={may.includes('ACKNOWLEDGE_ALARM') && <DutyStrip />}
            >
              <ControlDesk>{children}</ControlDesk>
            </StaffFrame>
          </AlarmSoundProvider>
        </StaffLive>
      </TrpcRoot>
    </Texts>
  );
}
