/** Options with one meaning everywhere, so that every command spells and parses them alike. */
import { Option } from '@commander-js/extra-typings';
import { parseDuration } from '../core/duration.js';
import { AppError } from '../core/errors.js';

const MAX_RATE = 100_000;

/** Reads a whole number within bounds. @throws AppError USAGE */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < min || value > max) {
      throw new AppError('USAGE', `"${text}" is not a whole number from ${min} to ${max}`);
    }
    return value;
  };
}

/** Collects a repeatable option. */
export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

export const dryRunOption = () => new Option('--dry-run', 'show what would happen and change nothing');
export const yesOption = () => new Option('-y, --yes', 'do not ask');
export const confirmOption = () =>
  new Option('--confirm <name>', 'answer where a name is asked for, as in a production context');
export const reasonOption = () => new Option('--reason <text>', 'why, for the record of operator actions');
export const productOption = () =>
  new Option('--product <id>', 'only this product; may be repeated').argParser(collect);
export const limitOption = (max: number) =>
  new Option('-n, --limit <count>', 'at most so many').argParser(wholeNumber(1, max));
export const olderThanOption = () =>
  new Option('--older-than <duration>', 'only what is older, such as 90s or 10m').argParser(parseDuration);
export const sinceOption = () =>
  new Option('--since <duration>', 'only what is younger, such as 1h').argParser(parseDuration);
export const rateOption = (what: string) =>
  new Option('--rate <count>', `${what} at most so many a second`).argParser(wholeNumber(1, MAX_RATE));
