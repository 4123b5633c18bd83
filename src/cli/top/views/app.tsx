/** Joins the store and the keyboard to the screen; the only component that knows either. */
import { useInput } from 'ink';
import { useSyncExternalStore } from 'react';
import { effectOf } from '../keys.js';
import type { TopStore } from '../state/store.js';
import { Screen } from './screen.js';

export interface AppProps {
  readonly store: TopStore;
  readonly where: string;
  /** False without a terminal on stdin: Ink could not read keys there. */
  readonly keyboard: boolean;
  readonly onQuit: (exitCode: number) => void;
}

export function App({ store, where, keyboard, onQuit }: AppProps) {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  useInput(
    (input, key) => {
      const effect = effectOf({ input, ctrl: key.ctrl, escape: key.escape });
      if (effect?.kind === 'dispatch') store.dispatch(effect.action);
      if (effect?.kind === 'quit') onQuit(effect.exitCode);
    },
    { isActive: keyboard },
  );
  return <Screen state={state} where={where} />;
}
