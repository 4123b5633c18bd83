/** Joins the store and the keyboard to the screen; the only component that knows either. */
import { useInput } from 'ink';
import { useSyncExternalStore } from 'react';
import { effectIn, toPresses } from '../keyboard.js';
import type { CommandName } from '../keys.js';
import type { Place } from '../place.js';
import type { TopStore } from '../state/store.js';
import { Screen } from './screen.js';

export interface AppProps {
  readonly store: TopStore;
  readonly place: Place;
  /** False without a terminal on stdin: Ink could not read keys there. */
  readonly keyboard: boolean;
  readonly onQuit: (exitCode: number) => void;
  readonly onCommand: (command: CommandName) => void;
}

export function App({ store, place, keyboard, onQuit, onCommand }: AppProps) {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  useInput(
    (input, key) => {
      for (const press of toPresses(input, key)) {
        // Asked anew for each: the key before may have opened what this one goes to.
        const effect = effectIn(store.getState().view, press);
        if (effect?.kind === 'dispatch') store.dispatch(effect.action);
        if (effect?.kind === 'command') onCommand(effect.command);
        if (effect?.kind === 'quit') onQuit(effect.exitCode);
      }
    },
    { isActive: keyboard },
  );
  return <Screen state={state} place={place} />;
}
