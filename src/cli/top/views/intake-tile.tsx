/** What comes in: orders accepted, refused and turned away, and how fast they were answered. */
import { fit, formatMs, formatRate } from '../format/numbers.js';
import { refusalsLines, awayText } from '../format/screen-text.js';
import { sparkline } from '../format/sparkline.js';
import type { Symbols } from '../format/symbols.js';
import { INTAKE_TEXT, TILE_MARGIN, type Layout } from '../format/layout.js';
import type { GraphStyle } from '../state/model.js';
import type { TopSnapshot } from '../state/snapshot.js';
import type { Trends } from '../state/trends.js';
import type { Meaning } from './colours.js';
import { Line } from './line.js';
import { Tile } from './tile.js';

export interface IntakeTileProps {
  readonly snapshot: TopSnapshot;
  readonly trends: Trends;
  readonly layout: Layout;
  readonly graph: GraphStyle;
  readonly symbols: Symbols;
}

interface Row {
  readonly label: string;
  readonly rate: number | null;
  readonly samples: readonly number[];
  readonly meaning?: Meaning;
}

const LABEL = 10;

export function IntakeTile({ snapshot, trends, layout, graph, symbols }: IntakeTileProps) {
  const { intakeWidth: width, intakeGraph, tileLines } = layout;
  const { latency, rates, sources } = snapshot;
  const stale = sources.postgres.state !== 'answered';
  const { accepted, refused, shed } = trends.rates;
  const rows: readonly Row[] = [
    {
      label: 'requests/s',
      rate: rates && rates.accepted + rates.refused + rates.shed,
      samples: accepted.map((count, at) => count + (refused[at] ?? 0) + (shed[at] ?? 0)),
    },
    { label: 'accepted/s', rate: rates?.accepted ?? null, samples: accepted, meaning: 'good' },
    { label: 'refused/s', rate: rates?.refused ?? null, samples: refused },
    { label: '503/s', rate: rates?.shed ?? null, samples: shed, meaning: 'warning' },
  ];
  const percentiles = (['p50', 'p95', 'p99'] as const).map(
    (name) => `${name} ${formatMs(latency.accept?.[`${name}Ms`] ?? null, 5)}`,
  );
  const room = width - TILE_MARGIN;
  const refusals = refusalsLines(snapshot, room).slice(0, tileLines - rows.length - 1);
  return (
    <Tile
      title="Intake"
      foot={awayText([['postgres', sources.postgres]])}
      width={width}
      lines={tileLines}
      symbols={symbols}
    >
      {rows.map(({ label, rate, samples, meaning }) => (
        <Line key={label} stale={stale} meaning={rate ? meaning : undefined}>
          {`${label.padEnd(LABEL)}${formatRate(rate, INTAKE_TEXT - LABEL - 1)} ${sparkline(samples, intakeGraph, graph)}`}
        </Line>
      ))}
      <Line stale={stale}>{percentiles.join(' ')}</Line>
      {refusals.map((text, at) => (
        <Line key={at} stale={stale}>
          {fit(text, room, symbols.ellipsis)}
        </Line>
      ))}
    </Tile>
  );
}
