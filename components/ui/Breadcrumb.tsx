import Link from 'next/link';
import { useTranslations } from 'next-intl';
import styles from './PageHead.module.css';

/** Path of levels from the campus down; the last one is where we are. */
export function Breadcrumb({ path }: { path: readonly { label: string; href?: string }[] }) {
  const t = useTranslations('common');
  return (
    <nav aria-label={t('breadcrumb')} className={styles.crumbs}>
      <ol>
        {path.map((step, index) => (
          <li key={index}>
            {step.href ? (
              <Link href={step.href}>{step.label}</Link>
            ) : (
              <span aria-current="page">{step.label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
