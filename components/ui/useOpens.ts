import { createContext, useContext } from 'react';

/** Pages that the viewer's roles open, by the first part of their address; null where nobody asked (stories). */
export const OpenPages = createContext<readonly string[] | null>(null);

/** Whether a link would lead to a page that opens for the viewer: one that doesn't is shown as plain words. */
export function useOpens(): (href: string) => boolean {
  const pages = useContext(OpenPages);
  return (href) => pages === null || pages.includes(/^\/([^/?#]*)/.exec(href)?.[1] ?? '');
}

/** Whether the page of this address opens, where it opens to fewer people than its section. */
export function useOpensApart(href: string): boolean {
  const open = useContext(OpenPages);
  return open === null || open.includes(href.slice(1));
}

/** Pages of a section among these that open for the viewer: those that open to fewer than their section are told apart. */
export function useOpenPages<P extends { readonly href: string; readonly apart?: boolean }>(
  pages: readonly P[],
): P[] {
  const open = useContext(OpenPages);
  return pages.filter(({ href, apart }) => open === null || !apart || open.includes(href.slice(1)));
}
