/** The one error type of the product, and the one table that says what each error code means. */

/**
 * Exit codes of the binary (documented by `ordersctl help exit-codes`):
 * 0 done, 1 failed, 2 usage or configuration, 3 a check found a problem, 4 refused, 5 dependency unreachable.
 */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  problem: 3,
  refused: 4,
  unreachable: 5,
  interrupted: 130,
  terminated: 143,
} as const;

interface ErrorMeaning {
  readonly httpStatus: number;
  readonly exitCode: number;
  readonly retryable: boolean;
}

/** Every code an operator, a buyer or a script can meet, with its HTTP status, exit code and whether waiting helps. */
export const ERROR_CODES = {
  USAGE: { httpStatus: 400, exitCode: EXIT.usage, retryable: false },
  CONFIG_INVALID: { httpStatus: 500, exitCode: EXIT.usage, retryable: false },
  INPUT_INVALID: { httpStatus: 400, exitCode: EXIT.usage, retryable: false },
  BODY_TOO_LARGE: { httpStatus: 413, exitCode: EXIT.usage, retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { httpStatus: 415, exitCode: EXIT.usage, retryable: false },
  UNAUTHENTICATED: { httpStatus: 401, exitCode: EXIT.failed, retryable: false },
  NOT_FOUND: { httpStatus: 404, exitCode: EXIT.failed, retryable: false },
  METHOD_NOT_ALLOWED: { httpStatus: 405, exitCode: EXIT.failed, retryable: false },
  ORDER_NOT_FOUND: { httpStatus: 404, exitCode: EXIT.failed, retryable: false },
  PRODUCT_NOT_FOUND: { httpStatus: 404, exitCode: EXIT.failed, retryable: false },
  NO_PRICE: { httpStatus: 409, exitCode: EXIT.failed, retryable: false },
  SOLD_OUT: { httpStatus: 409, exitCode: EXIT.failed, retryable: false },
  NOT_OPEN_YET: { httpStatus: 409, exitCode: EXIT.failed, retryable: true },
  SALE_PAUSED: { httpStatus: 503, exitCode: EXIT.failed, retryable: true },
  SALE_CLOSED: { httpStatus: 410, exitCode: EXIT.failed, retryable: false },
  QUANTITY_LIMIT: { httpStatus: 422, exitCode: EXIT.failed, retryable: false },
  CUSTOMER_LIMIT: { httpStatus: 409, exitCode: EXIT.failed, retryable: false },
  RESERVATION_ENDED: { httpStatus: 409, exitCode: EXIT.failed, retryable: false },
  KEY_REUSED: { httpStatus: 422, exitCode: EXIT.failed, retryable: false },
  WRONG_STATE: { httpStatus: 409, exitCode: EXIT.failed, retryable: false },
  REBUILDING: { httpStatus: 503, exitCode: EXIT.unreachable, retryable: true },
  OVERLOADED: { httpStatus: 503, exitCode: EXIT.unreachable, retryable: true },
  DRAINING: { httpStatus: 503, exitCode: EXIT.unreachable, retryable: true },
  RATE_LIMITED: { httpStatus: 429, exitCode: EXIT.failed, retryable: true },
  UNAVAILABLE: { httpStatus: 503, exitCode: EXIT.unreachable, retryable: true },
  REFUSED: { httpStatus: 409, exitCode: EXIT.refused, retryable: false },
  CHECK_FAILED: { httpStatus: 500, exitCode: EXIT.problem, retryable: false },
  PARTLY_FAILED: { httpStatus: 500, exitCode: EXIT.failed, retryable: true },
  SCHEMA_TOO_NEW: { httpStatus: 500, exitCode: EXIT.usage, retryable: false },
  SCHEMA_MISSING: { httpStatus: 503, exitCode: EXIT.failed, retryable: false },
  INTERNAL: { httpStatus: 500, exitCode: EXIT.failed, retryable: false },
} as const satisfies Record<string, ErrorMeaning>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface AppErrorOptions {
  /** What to do about it: a sentence or a command to paste. */
  readonly hint?: string;
  /** Facts for logs and scripts; never secrets. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
  /** Seconds after which trying again makes sense; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** An error that says what failed (message), why (cause, context) and what to do (hint). */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly context: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
    this.context = options.context ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get httpStatus(): number {
    return ERROR_CODES[this.code].httpStatus;
  }
  get exitCode(): number {
    return ERROR_CODES[this.code].exitCode;
  }
  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }
}

/** Turns anything thrown into an AppError; what we did not foresee becomes INTERNAL with the original as cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown), {
    cause: thrown,
  });
}

/** The shape scripts see on stderr under `--json`, and the base of problem+json bodies. */
export function toErrorJson(error: AppError): {
  error: { code: ErrorCode; message: string; hint: string | null; retryable: boolean };
} {
  return {
    error: { code: error.code, message: error.message, hint: error.hint ?? null, retryable: error.retryable },
  };
}
