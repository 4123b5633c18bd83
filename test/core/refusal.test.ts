import { expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { refuse } from '../../src/core/refusal.js';

it('makes refusals without a stack, and leaves every other error its own', () => {
  const refused = refuse('SOLD_OUT', 'The product is sold out.');
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ code: 'SOLD_OUT', httpStatus: 409, retryable: false });
  expect(refused.stack).not.toContain('refusal.test');
  expect(new AppError('INTERNAL', 'x').stack).toContain('refusal.test');
});
