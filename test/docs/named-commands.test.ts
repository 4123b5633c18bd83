import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOPS } from '../../src/core/triage/find-hop.js';
import { REPOSITORY } from '../support/binary.js';
import { runCommand } from '../cli/run-command.js';
import { readPage, readSections, toWords } from './guide-page.js';
import { PENDING } from './pending.js';

const PAGES = [
  'README.md',
  ...readdirSync(join(REPOSITORY, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Commands in the text, such as `ordersctl audit --product tee`, and those of the blocks. */
function commandsOf(path: string): string[] {
  const inText = [...readPage(path).matchAll(/`(ordersctl [^`]+)`/g)].map(([, command = '']) => command);
  const inBlocks = ['', 'sh'].flatMap((language) =>
    readSections(path, language).flatMap(({ commands }) => commands),
  );
  return [...inText, ...inBlocks.filter((command) => command.startsWith('ordersctl '))];
}

/** Its names as far as they name a command: `sale set tee` is `sale set`. */
function namesOf(command: string): { names: string[]; options: string[] } {
  const words = toWords(command).slice(1);
  const at = words.findIndex((word) => !/^[a-z]+(-[a-z]+)*$/.test(word));
  const options = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.split('=', 1)[0] ?? '');
  return { names: words.slice(0, at === -1 ? undefined : at), options };
}

const helps = new Map<string, Promise<string>>();
function helpOf(names: readonly string[]): Promise<string> {
  const key = names.join(' ');
  const help =
    helps.get(key) ?? runCommand(['help', ...names]).then(({ code, stdout }) => `${code}\n${stdout}`);
  helps.set(key, help);
  return help;
}

/** The help of the longest run of names that is a command. */
async function findHelp(names: readonly string[]): Promise<string> {
  for (let length = Math.min(names.length, 2); length > 0; length -= 1) {
    const help = await helpOf(names.slice(0, length));
    if (help.startsWith('0\n')) return help;
  }
  return '';
}

const pending = [...PENDING].map(namesOf);
const isPending = ({ names, options }: { names: string[]; options: string[] }) =>
  pending.some((one) => one.names[0] === names[0] && options.every((option) => one.options.includes(option)));

describe('the documentation', () => {
  it.each(PAGES)('%s names only commands and options that there are', async (path) => {
    for (const command of commandsOf(path)) {
      const named = namesOf(command);
      if (isPending(named)) continue;
      const help = await findHelp(named.names);
      expect(help, `${path}: ${command}`).not.toBe('');
      for (const option of named.options) expect(help, `${path}: ${command}`).toContain(option);
    }
  });

  it.each(PAGES)('%s refers only to files and headings that there are', (path) => {
    const folder = join(path, '..');
    for (const [, target = '', anchor] of readPage(path).matchAll(/\]\(([^)#\s:]*)(?:#([^)\s]+))?\)/g)) {
      const file = target === '' ? path : join(folder, target);
      const page = readPage(file);
      if (anchor === undefined) continue;
      const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      );
      expect(anchors, `${path} refers to ${target}#${anchor}`).toContain(anchor);
    }
  });

  it('tells the person on call of every hop at which an order can stand', () => {
    const guide = readPage('docs/operations.md');
    for (const hop of HOPS.filter((one) => one !== 'done')) expect(guide).toContain(`\`${hop}\``);
  });

  it('is listed in the README, page by page', () => {
    const readme = readPage('README.md');
    for (const page of PAGES.slice(1)) expect(readme).toContain(`](${page})`);
  });
});
