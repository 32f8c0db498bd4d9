'use client';

import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { LanguageSwitch } from '../ui/LookSwitches';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './LoginPage.module.css';
import { type SignInOutcome, safeNext, signIn } from './signIn';

interface Props {
  campuses: readonly { name: string; nameEn: string | null }[];
  /** Sign-ins of the demo, by one tap; empty in production. */
  demoSignIns: readonly { code: string; displayName: string; roles: readonly string[] }[];
}

/** Sign-in by name and password; in the demo also by one tap on a person. */
export function LoginPage({ campuses, demoSignIns }: Props) {
  const t = useTranslations('login');
  const common = useTranslations('common');
  const lang = useLang();
  const next = safeNext(useSearchParams().get('next'));
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<SignInOutcome | null>(null);
  const password = useRef<HTMLInputElement>(null);
  const nameInput = useRef<HTMLInputElement>(null);
  const waitS = useCountdown(outcome?.kind === 'WAIT' ? outcome.seconds : 0, outcome);

  // What a password manager filled in before the page came alive is taken over.
  useEffect(() => setName(nameInput.current?.value ?? ''), []);

  const attempt = async (code: string, secret: string | null) => {
    setBusy(true);
    const result = await signIn(code, secret);
    if (result.kind === 'IN') {
      window.location.assign(next);
      return;
    }
    setOutcome(result);
    setBusy(false);
    password.current?.select();
    password.current?.focus();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy && waitS === 0) void attempt(name.trim(), password.current?.value ?? '');
  };

  const campus = campuses.length === 1 ? campuses[0]! : null;
  const title = campus ? (lang === 'en' ? (campus.nameEn ?? campus.name) : campus.name) : common('product');
  return (
    <main className={styles.page} data-testid="page-login">
      <div className={styles.head}>
        <LanguageSwitch />
      </div>
      <div className={styles.columns}>
        <section className={styles.box} aria-labelledby="login-title">
          <p className="meta">{common('product')}</p>
          <h1 id="login-title">{title}</h1>
          <p className={styles.words}>{common('tagline')}</p>
          <form className={styles.form} onSubmit={submit}>
            <Field
              ref={nameInput}
              label={t('name')}
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <Field
              ref={password}
              label={t('password')}
              name="password"
              type="password"
              autoComplete="current-password"
              required
              error={outcome && messageOf(outcome, waitS)}
            />
            <Button type="submit" variant="primary" size="control" wide disabled={busy || waitS > 0}>
              {busy ? t('signingIn') : t('signIn')}
            </Button>
          </form>
          <p className="meta">{t('help')}</p>
        </section>
        {demoSignIns.length > 0 && (
          <DemoSignIns people={demoSignIns} busy={busy} onPick={(code) => void attempt(code, null)} />
        )}
      </div>
    </main>
  );

  function messageOf(result: SignInOutcome, seconds: number): string {
    switch (result.kind) {
      case 'WRONG':
        return t('wrong');
      case 'WAIT':
        return seconds > 0 ? t('wait', { seconds }) : t('waitOver');
      default:
        return t('unavailable');
    }
  }
}

function DemoSignIns({
  people,
  busy,
  onPick,
}: {
  people: Props['demoSignIns'];
  busy: boolean;
  onPick: (code: string) => void;
}) {
  const t = useTranslations('login');
  const shell = useTranslations('shell');
  const code = useCode();
  return (
    <section className={styles.demo} aria-labelledby="demo-title" data-testid="demo-sign-ins">
      <h2 id="demo-title">{t('demoTitle')}</h2>
      <p className="meta">{t('demoWords')}</p>
      <ul>
        {people.map((person) => (
          <li key={person.code}>
            <button type="button" disabled={busy} onClick={() => onPick(person.code)} data-user={person.code}>
              <b>{person.displayName}</b>
              <span>{person.roles.map((role) => code('role', role)).join(shell('listSeparator'))}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Seconds left, counted down once a second; starts again with each new `key`. */
function useCountdown(seconds: number, key: unknown): number {
  const [left, setLeft] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt starts the count again, whatever its length
  useEffect(() => {
    setLeft(seconds);
    if (seconds === 0) return;
    const timer = setInterval(() => setLeft((value) => Math.max(0, value - 1)), 1_000);
    return () => clearInterval(timer);
  }, [seconds, key]);
  return left;
}
