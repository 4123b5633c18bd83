/** Reads the contract at the head of a Lua script, and what its body really uses. */

export interface ScriptHeader {
  readonly purpose: string;
  readonly keys: readonly number[];
  readonly args: readonly number[];
  /** First number of each `returns` line; empty for a script that returns figures. */
  readonly codes: readonly number[];
  readonly returns: number;
}

export function readHeader(source: string): ScriptHeader {
  const lines = source.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  const header = lines.slice(0, end).map((line) => line.replace(/^-- ?/, ''));
  const slots = (name: string) =>
    header.flatMap((line) => new RegExp(`^${name}\\[(\\d+)\\] `).exec(`${line} `)?.[1] ?? []).map(Number);
  const returns = header.filter((line) => line.startsWith('returns '));
  return {
    purpose: header.slice(0, header.indexOf('')).join(' '),
    keys: slots('KEYS'),
    args: slots('ARGV'),
    codes: returns.flatMap((line) => /^returns (?:\{ )?(-?\d+)/.exec(line)?.[1] ?? []).map(Number),
    returns: returns.length,
  };
}

/** The slot numbers that the code below the header mentions, sorted, each once. */
export function usedSlots(source: string, name: 'KEYS' | 'ARGV'): number[] {
  const body = source
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n');
  const found = [...body.matchAll(new RegExp(`\\b${name}\\[(\\d+)\\]`, 'g'))].map((match) =>
    Number(match[1]),
  );
  return [...new Set(found)].sort((a, b) => a - b);
}
