/** One line of a tile: cut at the tile's edge, never wrapped, greyed where its source is away. */
import { Text } from 'ink';
import type { ReactNode } from 'react';
import { COLOURS, type Meaning } from './colours.js';

export interface LineProps {
  readonly stale?: boolean;
  readonly meaning?: Meaning | undefined;
  readonly bold?: boolean;
  readonly children: ReactNode;
}

export function Line({ stale = false, meaning, bold = false, children }: LineProps) {
  const colour = meaning && !stale ? { color: COLOURS[meaning] } : {};
  return (
    <Text wrap="truncate" dimColor={stale} bold={bold} {...colour}>
      {children}
    </Text>
  );
}
