/** The views that are one list each: orders, stuck, Kafka, log. */
import { kafkaNotes } from '../format/kafka-notes.js';
import type { Layout } from '../format/layout.js';
import { formatAge } from '../format/numbers.js';
import { lastKnownText } from '../format/screen-text.js';
import type { Symbols } from '../format/symbols.js';
import type { Place } from '../place.js';
import type { ListedRows } from '../rows/listed-rows.js';
import { hopCounts } from '../rows/stuck-rows.js';
import type { DetailName } from '../state/details.js';
import type { SourceState, TopData, TopView } from '../state/model.js';
import { toSourceFigures } from '../state/snapshot.js';
import type { ScreenName } from '../state/screens.js';
import { ListView, type Note } from './list-view.js';

export type ListScreenName = Exclude<ScreenName, 'overview'>;

export interface ListScreenProps {
  readonly screen: ListScreenName;
  readonly data: TopData;
  readonly now: number;
  readonly listed: ListedRows;
  readonly view: TopView;
  readonly layout: Layout;
  readonly symbols: Symbols;
  readonly place: Place;
}

interface Wording {
  readonly name: string;
  readonly empty: string;
  /** What it is read from; null for what is kept here. */
  readonly detail: DetailName | null;
}

const WORDING: Readonly<Record<ListScreenName, Wording>> = {
  orders: { name: 'Latest orders', empty: 'no order yet', detail: 'orders' },
  stuck: { name: 'Stuck for over a minute', empty: 'nothing is stuck', detail: 'stuck' },
  kafka: {
    name: 'Partitions',
    empty: 'no partition: ordersctl migrate makes the topics',
    detail: 'partitions',
  },
  log: { name: 'Log', empty: 'nothing happened since top was opened', detail: null },
};

export function ListScreen({ screen, data, now, listed, view, layout, symbols, place }: ListScreenProps) {
  const { name, empty, detail } = WORDING[screen];
  const source = detail && data.details[detail];
  return (
    <ListView
      name={name}
      listed={listed}
      notes={notesOf(screen, data)}
      foot={source ? footOf(source, now) : ''}
      stale={source !== null && source.kind !== 'answered'}
      empty={source?.kind === 'answered' || source === null ? empty : 'not known yet'}
      view={view}
      layout={layout}
      symbols={symbols}
      commandIn={place.commandIn}
    />
  );
}

function footOf(source: SourceState, now: number): string {
  const figures = toSourceFigures(source, now);
  if (source.kind === 'failing') return lastKnownText(figures);
  return figures.ageMs === null ? 'waiting' : `${formatAge(figures.ageMs)} old`;
}

function notesOf(screen: ListScreenName, { looks }: TopData): Note[] {
  if (screen === 'kafka') return kafkaNotes(looks.letters, looks.partitions);
  if (screen !== 'stuck' || !looks.stuck) return [];
  const { away, complete, orders } = looks.stuck;
  const counts = orders.length === 0 ? '' : hopCounts(looks.stuck);
  const missing = [
    ...(away.length > 0 ? [`${away.join(', ')} away: hops that they tell are not known`] : []),
    ...(complete ? [] : ['more than were looked at: ordersctl list --hop stuck --summary counts all']),
  ];
  return [
    { text: counts, meaning: 'bad' },
    { text: missing.join('; '), meaning: 'warning' },
  ];
}
