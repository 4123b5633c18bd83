/** A situation of the guide as a test: it comes about, the guide's commands are run in their order, and each tells. */
import { expect } from 'vitest';
import type { GuideStand, RunOptions } from './guide-stand.js';

export interface Step extends RunOptions {
  /** As it stands in the guide. */
  readonly command: string;
  /** What happens just before somebody types it. */
  readonly before?: (stand: GuideStand) => Promise<void>;
  /** Default 0. */
  readonly code?: number;
  /** In what it says, on whichever stream. */
  readonly prints: string | RegExp;
  /** What holds after it. */
  readonly after?: (stand: GuideStand) => Promise<void>;
  /** Does what the command would do, while it is pending. */
  readonly instead?: (stand: GuideStand) => Promise<void>;
  /** A command further up whose effect this one shows: while that one is pending this one is only run. */
  readonly shows?: string;
}

export interface Situation {
  readonly heading: string;
  readonly steps: readonly Step[];
}

/** @param pending commands that the program does not know yet */
export async function runStep(stand: GuideStand, step: Step, pending: ReadonlySet<string>): Promise<void> {
  const { command, code = 0, prints } = step;
  await step.before?.(stand);
  const result = await stand.run(command, step);
  const said = `${result.stdout}${result.stderr}`;
  const what = `${command}\n${said}`;
  if (pending.has(command)) {
    const unknown = result.code === 2 || said.includes('no order ');
    expect(unknown, `it exists now, so it is not pending any more: ${what}`).toBe(true);
    return step.instead?.(stand);
  }
  if (step.shows !== undefined && pending.has(step.shows)) return;
  expect(result.code, what).toBe(code);
  if (typeof prints === 'string') expect(said, what).toContain(prints);
  else expect(said, what).toMatch(prints);
  await step.after?.(stand);
}
