/** Figures as people read them: with thousands separators, units, and times in UTC. */
import { formatMoney } from '../../../core/money.js';

export const NONE = '-';

export function number(value: number): string {
  return group(String(value));
}

/** `14970000` minor units of EUR → `149,700.00 EUR`. */
export function amount(amountMinor: number, currency: string): string {
  return formatMoney({ amountMinor, currency }).replace(/^\d+/, group);
}

export function milliseconds(ms: number | null): string {
  if (ms === null) return NONE;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor((ms % 60_000) / 1_000);
  return minutes < 60 ? `${minutes} min ${seconds} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 0.1234 → `12.3%`. */
export function share(value: number | null): string {
  return value === null ? NONE : `${(value * 100).toFixed(1)}%`;
}

/** `2026-11-27 09:00:00 UTC`. */
export function moment(at: Date | null): string {
  return at === null ? NONE : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}
