/** The views, in the order of their number keys. */
export const SCREENS = ['overview', 'orders', 'stuck', 'kafka', 'log'] as const;
export type ScreenName = (typeof SCREENS)[number];

export function nextScreen(screen: ScreenName, by: 1 | -1): ScreenName {
  const at = (SCREENS.indexOf(screen) + by + SCREENS.length) % SCREENS.length;
  return SCREENS[at] ?? 'overview';
}
