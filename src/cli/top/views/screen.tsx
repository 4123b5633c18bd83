/** The whole frame for one state, of exactly the terminal's size less one row. Props in, picture out. */
import { Box, useIsScreenReaderEnabled } from 'ink';
import { toLayout } from '../format/layout.js';
import { symbolsFor } from '../format/symbols.js';
import type { Place } from '../place.js';
import { listedRows } from '../rows/listed-rows.js';
import { toSnapshot } from '../state/snapshot.js';
import { shownOf, type TopState } from '../state/model.js';
import { Compact } from './compact.js';
import { DialogView } from './dialog-view.js';
import { Footer } from './footer.js';
import { Header } from './header.js';
import { Help } from './help.js';
import { ListScreen } from './list-screen.js';
import { OrderView } from './order-view.js';
import { Overview } from './overview.js';

export interface ScreenProps {
  readonly state: TopState;
  readonly place: Place;
}

export function Screen({ state, place }: ScreenProps) {
  const { view } = state;
  const shown = shownOf(state);
  const snapshot = toSnapshot(shown.data, shown.now, place.commandIn);
  const layout = toLayout(view.columns, view.rows, view.wide);
  const { width, height } = layout;
  const symbols = symbolsFor(view.graph === 'ascii');
  const paused = view.frozen !== null;
  // What is read aloud has no use for tiles and their borders.
  const isRead = useIsScreenReaderEnabled();
  if (layout.kind === 'compact' || isRead) {
    return <Compact state={state} snapshot={snapshot} layout={layout} symbols={symbols} isRead={isRead} />;
  }
  const common = { ...shown, view, layout, symbols };
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Header
        place={place}
        snapshot={snapshot}
        intervalMs={view.intervalMs}
        paused={paused}
        width={width}
        symbols={symbols}
      />
      {view.dialog ? (
        <DialogView dialog={view.dialog} layout={layout} symbols={symbols} />
      ) : view.helpOpen ? (
        <Help view={view} allowActions={place.allowActions} layout={layout} symbols={symbols} />
      ) : view.drill ? (
        // Of now also while the picture is held: it was asked for just now.
        <OrderView data={state.data} now={view.now} drill={view.drill} layout={layout} symbols={symbols} />
      ) : view.screen === 'overview' ? (
        <Overview {...common} snapshot={snapshot} listed={listedRows(state)} />
      ) : (
        <ListScreen {...common} screen={view.screen} listed={listedRows(state)} place={place} />
      )}
      <Footer view={view} width={width} symbols={symbols} />
    </Box>
  );
}
