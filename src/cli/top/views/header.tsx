/** The first line: which deployment this is, how its sale stands, whether the picture is live, and the time. */
import { Box, Text } from 'ink';
import { headerParts } from '../format/header-parts.js';
import { saleText } from '../format/screen-text.js';
import type { Symbols } from '../format/symbols.js';
import type { Place } from '../place.js';
import type { TopSnapshot } from '../state/snapshot.js';
import { COLOURS } from './colours.js';

export interface HeaderProps {
  readonly place: Place;
  readonly snapshot: TopSnapshot;
  readonly intervalMs: number;
  readonly paused: boolean;
  readonly width: number;
  readonly symbols: Symbols;
}

const TITLE = ' ordersctl top';

export function Header({ place, snapshot, intervalMs, paused, width, symbols }: HeaderProps) {
  const clock = `${snapshot.at.slice(11, 19)}Z `;
  const state = `${paused ? 'PAUSED' : 'live'}${place.allowActions ? ' ACTIONS' : ''}`;
  const sale = saleText(snapshot);
  const room = width - TITLE.length - clock.length - (state.length + 2) - 1;
  const parts = headerParts({ place, sale, intervalMs }, room, symbols);
  const saleIsOpen = snapshot.sale === null || snapshot.sale.state === 'OPEN';
  return (
    <Box width={width} height={1} justifyContent="space-between">
      <Text wrap="truncate">
        <Text bold color={COLOURS.accent}>
          {TITLE}
        </Text>
        {'  '}
        <Text {...(place.production ? { bold: true, color: COLOURS.bad } : {})}>{parts.place}</Text>
        {'  '}
        <Text {...(saleIsOpen ? {} : { color: COLOURS.warning })}>{parts.sale}</Text>
        <Text dimColor>{parts.every === '' ? '' : `  ${parts.every}`}</Text>
        {'  '}
        <Text bold={paused} color={paused ? COLOURS.warning : COLOURS.good}>
          {state}
        </Text>
      </Text>
      <Text dimColor>{clock}</Text>
    </Box>
  );
}
