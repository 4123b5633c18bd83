/** Makes the errors that are answers: what a buyer is refused a thousand times a second. */
import { AppError, type AppErrorOptions, type ErrorCode } from './errors.js';

/**
 * An AppError without a stack: 0.5 µs instead of 11 (measured, Node 20), in a flood the half of a refusal. Only for
 * what is foreseen and says everything in its code and message; whatever may be a defect keeps its stack.
 */
export function refuse(code: ErrorCode, message: string, options?: AppErrorOptions): AppError {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return new AppError(code, message, options);
  } finally {
    Error.stackTraceLimit = limit;
  }
}
