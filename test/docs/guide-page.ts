/** Reads a page of the documentation as whoever follows it does: headings, and the commands below each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../support/binary.js';

export interface GuideSection {
  readonly heading: string;
  /** One line of the section's ```sh blocks each, without comments, in order. */
  readonly commands: readonly string[];
}

/** @param path from the repository */
export function readPage(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

/** The sections that have commands. @param language of the fences: `sh`, or nothing */
export function readSections(path: string, language = 'sh'): GuideSection[] {
  const sections: { heading: string; commands: string[] }[] = [];
  let heading = '';
  let fence: string | null = null;
  // A line that ends in a backslash goes on in the next.
  for (const line of readPage(path)
    .replace(/ \\\n\s*/g, ' ')
    .split('\n')) {
    const opening = /^```(.*)$/.exec(line);
    if (opening) {
      fence = fence === null ? (opening[1] ?? '') : null;
    } else if (fence === null) {
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    } else if (fence === language) {
      const command = line.replace(/(^|\s+)# .*$/, '').trim();
      if (command === '') continue;
      if (sections.at(-1)?.heading !== heading) sections.push({ heading, commands: [] });
      sections.at(-1)?.commands.push(command);
    }
  }
  return sections;
}

/** The words in capitals that a reader fills in. `SHOP`, `SERVE:9464` and the like are addresses. */
export type Filling = Readonly<Record<string, string>>;

/** Fills in what is in capitals; whatever the filling does not know stays. */
export function fillIn(command: string, filling: Filling): string {
  return Object.entries(filling).reduce(
    (text, [word, value]) =>
      text.replace(new RegExp(`(?<![\\w$.-])${escape(word)}(?![\\w.-])`, 'g'), () => value),
    command,
  );
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Splits a command as a shell would that knows single and double quotes and nothing else. */
export function toWords(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replace(/['"]/g, ''));
}

/** True for what only a shell can run. */
export function needsShell(command: string): boolean {
  return !command.startsWith('ordersctl ') || /[|;&<>$`]/.test(command.replace(/'[^']*'/g, ''));
}
