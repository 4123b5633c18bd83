/** The first line: which deployment this is, how often it is polled, whether the picture is live, and the time. */
import { Box, Text } from 'ink';
import { fit } from '../format/numbers.js';
import { COLOURS } from './colours.js';

export interface HeaderProps {
  /** Host and database, so that nobody watches the wrong sale. */
  readonly where: string;
  readonly intervalMs: number;
  readonly paused: boolean;
  /** Of the picture. ISO. */
  readonly at: string;
  readonly width: number;
}

export function Header({ where, intervalMs, paused, at, width }: HeaderProps) {
  const every = `every ${String(intervalMs / 1_000)}s`;
  const clock = `${at.slice(11, 19)}Z`;
  const state = paused ? 'PAUSED' : 'live';
  const room = Math.max(
    0,
    width - ' ordersctl top  '.length - every.length - state.length - clock.length - 7,
  );
  return (
    <Box width={width} height={1} justifyContent="space-between">
      <Text wrap="truncate">
        <Text bold color={COLOURS.accent}>
          {' ordersctl top  '}
        </Text>
        {fit(where, Math.min(where.length, room))}
        <Text dimColor>{`  ${every}  `}</Text>
        <Text bold={paused} color={paused ? COLOURS.warning : COLOURS.good}>
          {state}
        </Text>
      </Text>
      <Text dimColor>{`${clock} `}</Text>
    </Box>
  );
}
