import { useTranslations } from 'next-intl';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { useLang } from '../ui/useLang';
import styles from './tariffs.module.css';
import type { Shown } from './tariffTypes';
import { versionState } from './VersionPanel';

/** All versions in the order in which they begin; the one in force stands out, corrected ones are struck out. */
export function Timeline({
  shown,
  nowMs,
  chosen,
  onChoose,
}: {
  shown: Shown;
  nowMs: number;
  chosen: number | null;
  onChoose: (id: number) => void;
}) {
  const t = useTranslations('tariffs');
  const lang = useLang();
  const zone = useCampusZone();
  return (
    <Panel title={t('timeline')} testId="timeline">
      <ol className={styles.timeline}>
        {shown.versions.map((version) => {
          const state = versionState(version, shown.versions, nowMs);
          return (
            <li key={version.id} data-state={state}>
              <button
                type="button"
                aria-pressed={version.id === chosen}
                onClick={() => onChoose(version.id)}
                data-testid="timeline-version"
                data-state={state}
              >
                <b>{t('version', { number: version.number })}</b>
                <span>{formatDateTime(version.validFromMs, zone, lang, { year: true })}</span>
                <small>{t(`states.${state}`)}</small>
              </button>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
