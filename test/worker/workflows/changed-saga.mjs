/** The saga of this build with one change that saved histories must not survive: a pause before anything else. */
import { sleep } from '@temporalio/workflow';
import { orderSaga as unchanged } from '../../../dist/worker/workflows/index.js';

export async function orderSaga(input) {
  await sleep(1);
  return unchanged(input);
}
