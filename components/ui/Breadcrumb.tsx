import Link from 'next/link';
import { useTranslations } from 'next-intl';
import styles from './PageHead.module.css';
import { useOpens } from './useOpens';

/** Path of levels from the campus down; the last one is where we are. A level that is closed to the viewer is no link. */
export function Breadcrumb({ path }: { path: readonly { label: string; href?: string }[] }) {
  const t = useTranslations('common');
  const opens = useOpens();
  return (
    <nav aria-label={t('breadcrumb')} className={styles.crumbs}>
      <ol>
        {path.map((step, index) => (
          <li key={index}>
            {step.href && opens(step.href) ? (
              <Link href={step.href}>{step.label}</Link>
            ) : (
              <span aria-current={index === path.length - 1 ? 'page' : undefined}>{step.label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
