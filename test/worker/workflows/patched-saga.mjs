/** The same change as in changed-saga.mjs, made as docs/versioning.md asks for: only new runs pause. */
import { patched, sleep } from '@temporalio/workflow';
import { orderSaga as unchanged } from '../../../dist/worker/workflows/index.js';

export async function orderSaga(input) {
  if (patched('pause-first')) await sleep(1);
  return unchanged(input);
}
