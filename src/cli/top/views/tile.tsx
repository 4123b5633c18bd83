/** A box with its title, and perhaps a remark, in the border, and a fixed number of lines inside. */
import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { fit } from '../format/numbers.js';
import { plainText } from '../format/plain-text.js';
import type { Symbols } from '../format/symbols.js';
import { COLOURS } from './colours.js';

export interface TileProps {
  readonly title: string;
  /** In the lower border, such as the freshness of the sources. */
  readonly foot?: string;
  readonly width: number;
  readonly lines: number;
  readonly symbols: Symbols;
  readonly children: ReactNode;
}

export function Tile({ title, foot = '', width, lines, symbols, children }: TileProps) {
  const { border } = symbols;
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      <Edge
        text={plainText(title, symbols)}
        width={width}
        left={border.topLeft}
        fill={border.top}
        right={border.topRight}
      />
      <Box
        flexDirection="column"
        height={lines}
        paddingX={1}
        overflow="hidden"
        borderStyle={border}
        borderColor={COLOURS.border}
        borderTop={false}
        borderBottom={false}
      >
        {children}
      </Box>
      <Edge
        text={plainText(foot, symbols)}
        width={width}
        left={border.bottomLeft}
        fill={border.bottom}
        right={border.bottomRight}
      />
    </Box>
  );
}

interface EdgeProps {
  readonly text: string;
  readonly width: number;
  readonly left: string;
  readonly fill: string;
  readonly right: string;
}

function Edge({ text, width, left, fill, right }: EdgeProps) {
  const room = width - 4;
  const shown = text === '' ? '' : ` ${fit(text, Math.min(text.length, room - 2)).trimEnd()} `;
  return (
    <Text wrap="truncate" color={COLOURS.border}>
      {left}
      {fill}
      <Text color={COLOURS.accent}>{shown}</Text>
      {fill.repeat(Math.max(0, width - 3 - shown.length))}
      {right}
    </Text>
  );
}
