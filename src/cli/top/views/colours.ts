/** Colours by what they mean; Ink leaves them out by itself where there are none. */
export const COLOURS = {
  good: 'green',
  warning: 'yellow',
  bad: 'red',
  accent: 'cyan',
  border: 'gray',
} as const;
export type Meaning = keyof typeof COLOURS;
