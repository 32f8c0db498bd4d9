import { useTranslations } from 'next-intl';
import { alarmTitle } from '../live/alarmView';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { Incident } from './incidents';
import { useStepName } from './usePlaceWords';

/** Names what holds alarms together: a cause only where they follow from it, else that they are near each other. */
export function useCauseWords(): (incident: Incident) => string {
  const t = useTranslations('alarms');
  const lang = useLang();
  const code = useCode();
  const nameOf = useStepName();
  return ({ cause, rows }) => {
    switch (cause?.kind) {
      case 'GATEWAY':
        return t(cause.isShared ? 'sameGateway' : 'nearGateway', { code: cause.code });
      case 'FEEDER':
        return t(cause.isShared ? 'sameFeeder' : 'nearFeeder', { code: cause.code });
      case 'RULE':
        return alarmTitle(code('alarmRule', cause.code), lang);
      case 'BUILDING': {
        const steps = rows.flatMap(({ context }) => context?.path ?? []);
        const building = steps.find((step) => step.code === cause.code);
        return t('nearBuilding', { building: building ? nameOf(building) : cause.code });
      }
      default:
        return t('flood.counted');
    }
  };
}
