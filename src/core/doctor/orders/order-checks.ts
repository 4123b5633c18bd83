/** Orders: nothing stands still, nobody waits for a person or for money, and the units add up. */
import type { Check } from '../check.js';
import { deadLetters } from './dead-letters.js';
import { drift } from './drift.js';
import { outbox } from './outbox.js';
import { refunds } from './refunds.js';
import { review } from './review.js';
import { waiting } from './waiting.js';

export const ORDER_CHECKS: readonly Check[] = [outbox, waiting, deadLetters, review, refunds, drift];
