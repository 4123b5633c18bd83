/** A file that leaves a process or a space behind fails, and what it left is ended. */
import { afterAll } from 'vitest';
import { endLeaked } from './owned.js';

afterAll(async () => {
  const leaked = await endLeaked();
  if (leaked.length > 0) throw new Error(`left running by this file: ${leaked.join('; ')}`);
});
