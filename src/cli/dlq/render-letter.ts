/** One dead letter as an operator reads it: what is wrong, where it came from, what is in it, what to do. */
import type { FoundLetter } from '../../core/dead-letters/scan-letters.js';
import type { HeaderValue } from '../../core/kafka/port.js';
import type { Output } from '../output/output.js';
import { printable } from '../output/printable.js';
import { section, type Line } from '../output/section.js';
import { ageText, stateText } from './render-letters.js';

/** @param orderStatus of the order that it is about; null when Postgres has none */
export function renderLetter(
  output: Output,
  letter: FoundLetter,
  orderStatus: string | null,
  now: Date,
): string {
  const { colours } = output;
  const size = letter.value === null ? 'none' : `${letter.value.length} bytes`;
  return [
    section(output, `Dead letter ${letter.id}`, factLines(letter, orderStatus, now)),
    section(output, 'Headers', headerLines(letter.headers)),
    [colours.heading(`Value (${size})`), ...bodyLines(letter.value)].join('\n'),
    section(output, 'What to do', adviceLines(letter, orderStatus)),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function factLines(letter: FoundLetter, orderStatus: string | null, now: Date): Line[] {
  const { source, attempts, replays, orderId, productId, key } = letter;
  const lines: Line[] = [
    ['state', stateText(letter)],
    ['cause', printable(letter.reason ?? 'it does not say')],
    ['detail', printable(letter.detail ?? '-')],
    [
      'from',
      source ? printable(`${source.topic}/${source.partition} at ${source.offset}`) : 'it does not say',
    ],
    [
      'buried',
      `${(letter.failedAt ?? letter.writtenAt).toISOString()} (${ageText(letter.writtenAt, now)} ago)`,
    ],
    ['attempts', `${attempts ?? '-'}, replayed ${replays} times before`],
    ['key', key === null ? 'none' : bytesText(key)],
  ];
  if (orderId !== null) lines.push(['order', `${printable(orderId)}: ${orderStatus ?? 'not in Postgres'}`]);
  if (productId !== null) lines.push(['product', printable(productId)]);
  return lines;
}

function headerLines(headers: Readonly<Record<string, HeaderValue>>): Line[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Buffer.isBuffer(value) ? [value] : value).map((one): Line => [printable(name), bytesText(one)]),
  );
}

function bodyLines(value: Buffer | null): string[] {
  if (value === null) return ['  a tombstone'];
  try {
    const json: unknown = JSON.parse(value.toString());
    return JSON.stringify(json, null, 2)
      .split('\n')
      .map((line) => `  ${printable(line)}`);
  } catch {
    return [`  ${bytesText(value)}`];
  }
}

/** Text as it is, other bytes in hexadecimal. */
function bytesText(bytes: Buffer): string {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? printable(text) : `0x${bytes.toString('hex')}`;
}

function adviceLines({ id, reason, state, orderId }: FoundLetter, orderStatus: string | null): Line[] {
  if (state === 'replayed' || state === 'dropped') return [];
  const drop: Line = ['forget it', `ordersctl dlq drop ${id}`, 'whole'];
  const replay: Line = ['send it again', `ordersctl dlq replay ${id}`, 'whole'];
  if (orderId !== null && orderStatus !== null)
    return [['the order', `ordersctl inspect ${printable(orderId)}`, 'whole'], replay, drop];
  if (reason === 'NOT_JSON' || reason === 'INVALID')
    return [
      [
        'mend it',
        `ordersctl dlq show ${id} --json > letter.json; edit; ordersctl dlq replay - < letter.json`,
        'whole',
      ],
      drop,
    ];
  return [replay, drop];
}
