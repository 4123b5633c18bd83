/** Runs the live screen on figures that no view can draw, or throws beside it: for the tests of what a terminal gets back. */
import { initialState } from '../../../dist/cli/top/state/model.js';
import { createStore } from '../../../dist/cli/top/state/store.js';
import { runLive } from '../../../dist/cli/top/run-live.js';

const nothing = { start() {}, stop: () => Promise.resolve(), firstRound: () => Promise.resolve() };
const store = createStore(initialState({ now: Date.now() }));
const broken = createStore({ ...store.getState(), data: { ...store.getState().data, stock: null } });
const run = runLive({
  io: process,
  store: process.argv[2] === 'view' ? broken : store,
  collector: nothing,
  details: nothing,
  commands: { run() {}, settled: () => Promise.resolve() },
  place: {
    where: 'here',
    context: null,
    production: false,
    readOnly: false,
    allowActions: false,
    commandIn: (one) => one,
  },
  now: Date.now,
});
if (process.argv[2] === 'program') {
  setTimeout(() => {
    throw new Error('crashed');
  }, 300);
}
await run;
