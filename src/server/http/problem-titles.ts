/** The errors that a request may cause, each with the short name that its answers carry. */
import type { ErrorCode } from '../../core/errors.js';

/** Codes that no request can cause have none and read as an internal error. */
export const PROBLEM_TITLES: Readonly<Partial<Record<ErrorCode, string>>> = {
  INPUT_INVALID: 'The request is not valid',
  BODY_TOO_LARGE: 'The body is too large',
  UNSUPPORTED_MEDIA_TYPE: 'The body must be JSON',
  UNAUTHENTICATED: 'Not authenticated',
  NOT_FOUND: 'No such resource',
  METHOD_NOT_ALLOWED: 'Method not allowed',
  ORDER_NOT_FOUND: 'No such order',
  PRODUCT_NOT_FOUND: 'No such product',
  NO_PRICE: 'The product has no price yet',
  SOLD_OUT: 'Sold out',
  NOT_OPEN_YET: 'The sale is not open yet',
  SALE_PAUSED: 'The sale is paused',
  SALE_CLOSED: 'The sale is closed',
  QUANTITY_LIMIT: 'More than one order may have',
  CUSTOMER_LIMIT: 'More than one customer may have',
  RESERVATION_ENDED: 'This attempt has ended',
  KEY_REUSED: 'The Idempotency-Key was used for another order',
  WRONG_STATE: 'Not possible in the present state of the order',
  REBUILDING: 'The product is being restored',
  OVERLOADED: 'Too many requests at once',
  DRAINING: 'This server is shutting down',
  RATE_LIMITED: 'Too many requests',
  UNAVAILABLE: 'Temporarily not available',
};
