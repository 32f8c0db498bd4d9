import { createContext, useContext } from 'react';

/** Pages that the viewer's roles open, by the first part of their address; null where nobody asked (stories). */
export const OpenPages = createContext<readonly string[] | null>(null);

/** Whether a link would lead to a page that opens for the viewer: one that doesn't is shown as plain words. */
export function useOpens(): (href: string) => boolean {
  const pages = useContext(OpenPages);
  return (href) => pages === null || pages.includes(/^\/([^/?#]*)/.exec(href)?.[1] ?? '');
}
