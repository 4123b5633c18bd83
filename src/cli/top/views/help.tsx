/** The help: every key, and what the words on the screen mean. */
import { Box, Text } from 'ink';
import type { Symbols } from '../format/symbols.js';
import { KEYS } from '../keys.js';
import { COLOURS } from './colours.js';
import { Line } from './line.js';
import { Tile } from './tile.js';

const WORDS = [
  ['refused', 'answered with a reason, such as sold out or a limit'],
  ['503/s', 'turned away: overloaded, paused, rebuilding or a store away'],
  ['outbox', 'events that Kafka has not acknowledged yet'],
  ['lag', 'accepted orders that consume has not taken from Kafka yet'],
  ['backlog', 'tasks in Temporal that wait for a worker'],
  ['held, sold', 'units of orders not yet final, and of confirmed ones'],
  ['conserved', 'seeded = available + held + sold, by one Postgres snapshot'],
  ['DRIFT', 'Redis and Postgres differ by the same number for 10 s'],
] as const;

export interface HelpProps {
  readonly width: number;
  readonly lines: number;
  readonly symbols: Symbols;
}

export function Help({ width, lines, symbols }: HelpProps) {
  return (
    <Tile title="Help" foot="esc closes" width={width} lines={lines} symbols={symbols}>
      {KEYS.filter((key) => key.help !== '').map((key) => (
        <Term key={key.label} term={key.label} text={key.help} />
      ))}
      <Box height={1} />
      {WORDS.map(([term, text]) => (
        <Term key={term} term={term} text={text} />
      ))}
    </Tile>
  );
}

function Term({ term, text }: { readonly term: string; readonly text: string }) {
  return (
    <Line>
      <Text color={COLOURS.accent}>{term.padEnd(12)}</Text>
      {text}
    </Line>
  );
}
