/** Numbers of fixed width, so that columns do not dance. Without a width they take the room they need. */
import { formatDuration } from '../../../core/duration.js';

/** `4812` → `4 812`; what does not fit is shortened to `48.1k`, `4.8M`; unknown is `-`. Aligned right. */
export function formatCount(value: number | null, width = 0): string {
  if (value === null) return '-'.padStart(width);
  const whole = Math.round(value);
  const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, ' ');
  if (width === 0 || grouped.length <= width) return grouped.padStart(width);
  for (const [unit, size] of [
    ['k', 1e3],
    ['M', 1e6],
    ['G', 1e9],
  ] as const) {
    // Four digits before a unit call for the next one.
    if (whole / size >= 999.95) continue;
    for (const decimals of [1, 0]) {
      const short = `${(whole / size).toFixed(decimals)}${unit}`;
      if (short.length <= width) return short.padStart(width);
    }
  }
  return '#'.repeat(width);
}

/** A rate: below ten with one decimal, so that a trickle is told from nothing. */
export function formatRate(perSecond: number | null, width = 0): string {
  if (perSecond === null || perSecond >= 9.95 || perSecond === 0) return formatCount(perSecond, width);
  const text = perSecond < 0.05 ? '<.1' : perSecond.toFixed(1);
  return text.padStart(width);
}

/** `12` ms → `12ms`, `1500` → `1.5s`; unknown is `-`. Aligned right. */
export function formatMs(ms: number | null, width = 0): string {
  if (ms === null) return '-'.padStart(width);
  if (!Number.isFinite(ms)) return 'over'.padStart(width);
  const text =
    ms < 1_000
      ? `${Math.round(ms)}ms`
      : ms < 99_950
        ? `${(ms / 1_000).toFixed(1)}s`
        : `${Math.round(ms / 1_000)}s`;
  return text.padStart(width);
}

/** An age or a time that something lasts: below a second it is none. */
export function formatAge(ms: number): string {
  return ms < 1_000 ? '0s' : formatDuration(ms);
}

/** `00:12:41`, for what runs while it is watched: its width stays. */
export function formatClock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** Cuts or pads text to a width; what was cut ends in the mark. */
export function fit(text: string, width: number, mark = '…'): string {
  if (text.length <= width) return text.padEnd(width);
  return width <= mark.length ? text.slice(0, Math.max(0, width)) : text.slice(0, width - mark.length) + mark;
}
