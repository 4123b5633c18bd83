/** Every route but `POST /orders`, on Express. */
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import { AppError } from '../../core/errors.js';
import type { CancelOrder } from '../../core/orders/cancel-order.js';
import { makeOpenApiDocument } from '../contract/openapi-document.js';
import type { SendProblem } from '../http/problem.js';
import { SECURITY_HEADERS } from '../http/security-headers.js';
import type { Authenticate } from '../identity/authenticate.js';
import { cancelOwnOrder } from './cancel-own-order.js';
import { listOwnOrders } from './list-own-orders.js';
import { sendTimeline, streamOrder, type OrderEventsDeps } from './order-events.js';
import { toOrderJson } from './order-json.js';
import { findOwnOrder } from './own-order.js';
import { limitInHand } from './in-hand-limit.js';
import { createRequestOwnPayment } from './request-own-payment.js';
import type { WakeSaga } from './wake-sagas.js';

export interface OrdersAppDeps extends OrderEventsDeps {
  readonly authenticate: Authenticate;
  readonly sendProblem: SendProblem;
  readonly wakeSaga: WakeSaga;
  readonly cancelOrder: CancelOrder;
  /** Undefined while no payment provider is configured: then the address does not exist. */
  readonly paymentCallback?: RequestHandler | undefined;
}

/** Of the payment provider, which comes again when it meets 503. */
const MAX_CALLBACKS_AT_ONCE = 500;

/** All answers carry the security headers; all errors are problems. */
export function createOrdersApp(deps: OrdersAppDeps): Express {
  const { db } = deps;
  const reads = limitInHand();
  const changes = limitInHand();
  const requestPayment = createRequestOwnPayment(deps);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use((_request, response, next) => {
    response.set(SECURITY_HEADERS);
    next();
  });

  app
    .route('/orders')
    .get(reads, async (request, response) => {
      const userId = await deps.authenticate(request);
      response.json(await listOwnOrders(db, userId, request.query));
    })
    .all(onlyMethods('GET, HEAD, POST'));

  app
    .route('/orders/:orderId')
    .get(reads, async (request, response) => {
      const userId = await deps.authenticate(request);
      response.json(toOrderJson(await findOwnOrder(db, userId, request.params.orderId)));
    })
    .all(onlyMethods('GET, HEAD'));

  app
    .route('/orders/:orderId/events')
    .get(unlessStream(reads), async (request: Request<{ orderId: string }>, response) => {
      const userId = await deps.authenticate(request);
      const { orderId } = request.params;
      if (wantsStream(request)) await streamOrder(deps, userId, orderId, request, response);
      else await sendTimeline(db, userId, orderId, response);
    })
    .all(onlyMethods('GET, HEAD'));

  app
    .route('/orders/:orderId/cancel')
    .post(changes, async (request, response) => {
      const userId = await deps.authenticate(request);
      response.status(202).json(toOrderJson(await cancelOwnOrder(deps, userId, request.params.orderId)));
    })
    .all(onlyMethods('POST'));

  app
    .route('/orders/:orderId/payment')
    .post(changes, async (request, response) => {
      const userId = await deps.authenticate(request);
      response.status(202).json(toOrderJson(await requestPayment(userId, request.params.orderId)));
    })
    .all(onlyMethods('POST'));

  if (deps.paymentCallback) {
    app
      .route('/payments/webhook')
      .post(limitInHand(MAX_CALLBACKS_AT_ONCE), deps.paymentCallback)
      .all(onlyMethods('POST'));
  }

  const contract = JSON.stringify(makeOpenApiDocument());
  app
    .route('/openapi.json')
    .get((_request, response) => void response.type('application/json').send(contract))
    .all(onlyMethods('GET, HEAD'));

  app.use(() => {
    throw new AppError('NOT_FOUND', 'There is nothing at this address.');
  });
  app.use(answerProblem(deps.sendProblem));
  return app;
}

/** Only a client that names event streams gets one; a wildcard means the list. */
function wantsStream(request: Request): boolean {
  return request.method === 'GET' && (request.get('Accept') ?? '').includes('text/event-stream');
}

/** Streams stay open for long and have bounds of their own. */
function unlessStream(limit: RequestHandler): RequestHandler<{ orderId: string }> {
  return (request, response, next) => {
    if (wantsStream(request as Request)) next();
    else limit(request as Request, response, next);
  };
}

function onlyMethods(allowed: string): RequestHandler {
  return (request, response) => {
    response.set('Allow', `${allowed}, OPTIONS`);
    if (request.method === 'OPTIONS') return void response.status(204).end();
    throw new AppError('METHOD_NOT_ALLOWED', `${request.method} is not possible here.`);
  };
}

function answerProblem(sendProblem: SendProblem): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    sendProblem(
      request,
      response,
      isBadRequest(thrown) ? new AppError('INPUT_INVALID', 'The address is not valid.') : thrown,
    );
  };
}

/** The framework's own refusals, such as a path that is not valid percent-encoding. */
function isBadRequest(thrown: unknown): boolean {
  return (
    thrown instanceof Error && !(thrown instanceof AppError) && 'status' in thrown && thrown.status === 400
  );
}
