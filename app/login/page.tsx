import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { LoginPage } from '../../components/login/LoginPage';
import { safeNext } from '../../components/login/signIn';
import { api, currentSession } from '../../requestContext';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('login'))('signIn') };
}

/** Sign-in. Whoever is signed in already is led on. */
export default async function Login({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const { next } = await searchParams;
  if (await currentSession()) redirect(safeNext(typeof next === 'string' ? next : null));
  const procedures = await api();
  const [campuses, demoSignIns] = await Promise.all([
    procedures.places.campuses(),
    procedures.session.demoSignIns(),
  ]);
  return <LoginPage campuses={campuses} demoSignIns={demoSignIns} />;
}
