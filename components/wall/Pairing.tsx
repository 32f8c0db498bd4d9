'use client';

import { useEffect, useRef, useState } from 'react';
import { useTRPCClient } from '../live/trpc';
import { QrCode } from '../ui/QrCode';
import { ageWords } from './ageWords';
import { hasChineseGlyphs } from './glyphCheck';
import styles from './Pairing.module.css';
import { Other, useWallWords } from './wallText';

const POLL_MS = 2_000;
const RETRY_MS = 5_000;

interface Code {
  code: string;
  secret: string;
  approveUrl: string;
  /** Viewer's clock at which it runs out. */
  endsAt: number;
}

/** A screen that is no wall yet: six digits and a picture that lead an administrator to the approval. Never a login form. */
export function Pairing({ now }: { now: number }) {
  const { t, o } = useWallWords();
  const client = useTRPCClient();
  const [code, setCode] = useState<Code | null>(null);
  const [failed, setFailed] = useState(false);
  const [left, setLeft] = useState<number | null>(null);
  const serverAhead = useRef(now - Date.now());
  const root = useRef<HTMLDivElement>(null);
  const [fontMissing, setFontMissing] = useState(false);

  useEffect(() => {
    if (root.current) setFontMissing(!hasChineseGlyphs(getComputedStyle(root.current).fontFamily));
  }, []);

  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let held: Code | null = null;
    const turn = async () => {
      if (held === null) {
        const started = await client.displays.startPairing.mutate();
        held = { ...started, endsAt: started.expiresMs - serverAhead.current };
        setCode(held);
      } else {
        const { state } = await client.displays.pollPairing.mutate({ code: held.code, secret: held.secret });
        if (state === 'PAIRED') return window.location.reload();
        if (state === 'EXPIRED') {
          held = null;
          setCode(null);
        }
      }
      setFailed(false);
    };
    const next = (waitMs: number) => {
      if (!stopped) timer = setTimeout(() => void run(), waitMs);
    };
    const run = () =>
      turn().then(
        () => next(held === null ? 0 : POLL_MS),
        () => {
          setFailed(true);
          next(RETRY_MS);
        },
      );
    void run();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [client]);

  useEffect(() => {
    const timer = setInterval(() => setLeft(code ? Math.max(0, code.endsAt - Date.now()) : null), 1_000);
    return () => clearInterval(timer);
  }, [code]);

  return (
    <div ref={root} className={styles.pairing} data-theme="wall-day" data-testid="page-wall-pairing">
      <div>
        <h1>{t('pairing.title')}</h1>
        <Other>{o('pairing.title')}</Other>
        <p className={styles.code} data-testid="wall-code">
          {code ? `${code.code.slice(0, 3)} ${code.code.slice(3)}` : '— —'}
        </p>
        <p>{t('pairing.words')}</p>
        <Other className={styles.block}>{o('pairing.words')}</Other>
        <p className={styles.small}>
          {failed ? t('pairing.failed') : left !== null && t('pairing.expires', { age: ageWords(left, t) })}
        </p>
        {fontMissing && (
          <section className={styles.card} data-testid="font-missing">
            <h2>{o('pairing.fontTitle')}</h2>
            <p>{o('pairing.fontWords')}</p>
          </section>
        )}
      </div>
      {code && (
        <QrCode
          text={code.approveUrl}
          className={styles.picture}
          paperClassName={styles.paper}
          testId="wall-qr"
        />
      )}
    </div>
  );
}
