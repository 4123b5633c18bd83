import { hostname } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanRehearsal, findLeftovers } from '../../../src/bench/rehearse/clean-rehearsal.js';
import { createDoors, type Doors } from '../../../src/bench/rehearse/doors.js';
import { stockShelf } from '../../../src/bench/rehearse/goods.js';
import { newRun, rehearsalLabel } from '../../../src/bench/rehearse/names.js';
import { endOrder } from '../../../src/core/orders/end-order.js';
import { acceptOrders } from '../../../src/core/postgres/accept-orders.js';
import { recordOperatorAction } from '../../../src/core/postgres/record-operator-action.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { findTraces } from '../../support/rehearsal-traces.js';
import { createSpace, type Space } from '../../support/space.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('clean-rehearsal');
});
afterAll(() => space.close());

const keeper = { actor: 'test', host: hostname() };
let run: string;
let doors: Doors;
beforeEach(() => {
  run = newRun();
});
