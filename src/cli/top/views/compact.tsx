/** The view of a screen under 80x24: one sentence, then the same figures as plain lines, as many as fit. */
import { Box, Text } from 'ink';
import { FULL_SIZE } from '../format/layout.js';
import { plainFrame } from '../format/plain-frame.js';
import { fit } from '../format/numbers.js';
import { symbolsFor } from '../format/symbols.js';
import type { TopSnapshot } from '../state/snapshot.js';

export interface CompactProps {
  readonly snapshot: TopSnapshot;
  readonly width: number;
  readonly height: number;
  readonly paused: boolean;
  readonly ascii: boolean;
}

export function Compact({ snapshot, width, height, paused, ascii }: CompactProps) {
  const size = `${width}x${height + 1}`;
  const sentence = `${size} is small, ${FULL_SIZE.columns}x${FULL_SIZE.rows} shows all. ${paused ? 'PAUSED. ' : ''}q quits.`;
  // What is wrong comes first: on a small screen the rest may be cut off.
  const alerts = snapshot.attention.map((one) => `! ${one.command ?? one.message}`);
  const lines = [
    sentence,
    ...alerts,
    ...plainFrame(snapshot, { ascii }).filter((line) => line !== '' && !line.startsWith('! ')),
  ];
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      {lines.slice(0, height).map((line, index) => (
        // Lines have no identity but their place.
        <Text key={index} wrap="truncate">
          {fit(line, width, symbolsFor(ascii).ellipsis)}
        </Text>
      ))}
    </Box>
  );
}
