/** Whether the list is laid out for a phone, where the window scrolls and not the list. */
export const isPhone = (): boolean => window.matchMedia('(max-width: 767px)').matches;
