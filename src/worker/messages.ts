/** What a running saga can be told and asked. Clients outside the worker use the names in core/temporal. */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import {
  SAGA_MESSAGES,
  type CancelOrderInput,
  type SagaState,
  type SagaUpdateResult,
} from '../core/temporal/saga-contract.js';

export const paymentRecordedUpdate = defineUpdate<SagaUpdateResult, []>(SAGA_MESSAGES.paymentRecorded);
export const cancelOrderUpdate = defineUpdate<SagaUpdateResult, [CancelOrderInput]>(
  SAGA_MESSAGES.cancelOrder,
);
export const sagaStateQuery = defineQuery<SagaState>(SAGA_MESSAGES.sagaState);
