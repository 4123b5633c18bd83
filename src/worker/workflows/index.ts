/** Every workflow of the task queue: what the bundle is made from. */
export { orderSaga } from './order-saga.js';
export { sweep } from './sweep.js';
