import { notFound } from 'next/navigation';
import { Stories } from './Stories';

/** Every shared part in every state, for looking at beside the drawings. Not served by a production build. */
export default function StoriesPage() {
  if (process.env.NODE_ENV === 'production') notFound();
  return <Stories />;
}
