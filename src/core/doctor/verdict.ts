/** What a check found. */

export const VERDICTS = ['ok', 'warning', 'failed', 'skipped'] as const;
export type VerdictStatus = (typeof VERDICTS)[number];

export interface Verdict {
  readonly status: VerdictStatus;
  /** What was found, or why nothing was looked at; one sentence without a full stop. */
  readonly message: string;
  /** A command or line to paste; null where there is none. */
  readonly remedy: string | null;
}

export const ok = (message: string): Verdict => ({ status: 'ok', message, remedy: null });
export const skipped = (message: string): Verdict => ({ status: 'skipped', message, remedy: null });
export const warning = (message: string, remedy: string | null = null): Verdict => ({
  status: 'warning',
  message,
  remedy,
});
export const failed = (message: string, remedy: string | null): Verdict => ({
  status: 'failed',
  message,
  remedy,
});
