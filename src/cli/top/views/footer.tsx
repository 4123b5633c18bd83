/** The last line: the keys worth knowing. */
import { Text } from 'ink';
import { KEYS } from '../keys.js';
import { COLOURS } from './colours.js';

export function Footer() {
  const shown = KEYS.filter((key) => key.short !== '');
  return (
    <Text wrap="truncate">
      {shown.map((key) => (
        <Text key={key.label}>
          <Text color={COLOURS.accent}>{` ${key.label}`}</Text>
          <Text dimColor>{` ${key.short} `}</Text>
        </Text>
      ))}
    </Text>
  );
}
