'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPCClient } from '../live/trpc';
import { Button } from '../ui/Button';
import styles from './DemoStrip.module.css';

const SCENARIOS = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9', 'S10', 'S13'] as const;
const SPEEDS = [1, 10, 60] as const;

/** Says on every page that this is a demo, and opens the panel that moves the simulated campus. */
export function DemoStrip({ mayDrill }: { mayDrill: boolean }) {
  const t = useTranslations('demo');
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.strip} data-testid="demo-strip">
      <div className={styles.line}>
        <b>{t('demo')}</b> <span>{t('words')}</span>
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={open}
          aria-controls="demo-panel"
          onClick={() => setOpen(!open)}
        >
          {open ? t('hide') : t('show')}
        </button>
      </div>
      {open && <DemoPanel mayDrill={mayDrill} />}
    </div>
  );
}

function DemoPanel({ mayDrill }: { mayDrill: boolean }) {
  const t = useTranslations('demo');
  const client = useTRPCClient();
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function run(act: () => Promise<string>): Promise<void> {
    setBusy(true);
    try {
      setSaid(await act());
    } catch (error) {
      setSaid(t('failed', { why: error instanceof Error ? error.message : '' }));
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={styles.panel} id="demo-panel">
      <div className={styles.row}>
        <span className={styles.name}>{t('scenario')}</span>
        {SCENARIOS.map((id) => (
          <Button
            key={id}
            size="small"
            disabled={busy}
            onClick={() =>
              void run(async () => {
                await client.demo.scenario.mutate({ id });
                return t('running', { name: t(id) });
              })
            }
          >
            {t(id)}
          </Button>
        ))}
      </div>
      <div className={styles.row}>
        <span className={styles.name}>{t('clock')}</span>
        {SPEEDS.map((speed) => (
          <Button
            key={speed}
            size="small"
            disabled={busy}
            onClick={() =>
              void run(async () => {
                await client.demo.setClock.mutate({ speed });
                return t('speedIs', { speed });
              })
            }
          >
            {t('speed', { speed })}
          </Button>
        ))}
        {mayDrill && (
          <Button
            size="small"
            disabled={busy}
            data-testid="tamper-drill"
            onClick={() =>
              void run(async () => {
                const drill = await client.demo.drill.mutate();
                const account = drill.namedAccount ?? drill.touchedAccount;
                return drill.found && drill.restored
                  ? t('drillFound', { id: drill.txId, account, seconds: (drill.tookMs / 1_000).toFixed(2) })
                  : t('drillMissed', { account: drill.touchedAccount });
              })
            }
          >
            {t('drill')}
          </Button>
        )}
        <span role="status" className={styles.said} data-testid="demo-said">
          {said}
        </span>
      </div>
    </div>
  );
}
