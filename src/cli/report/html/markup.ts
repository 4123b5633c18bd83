/** HTML that cannot be broken by what is put into it: every text is escaped, only markup made here goes in as it is. */

export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | null | readonly Part[];

/** Tag for template literals. What is interpolated may stand between tags and in quoted attributes, nowhere else. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.reduce((text, next, index) => text + render(parts[index - 1] ?? null) + next) };
}

/** For text that was made by this program, such as the style sheet. */
export function raw(markup: string): Markup {
  return { markup };
}

/** Text whose line breaks and spaces stay as they are. */
export function preformatted(text: string): Markup {
  return raw(`<pre>${escapeText(text)}</pre>`);
}

function render(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters have no place in HTML, and marks of direction would turn the text around them. */
export function escapeText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, visible)
    .replace(/[&<>"']/g, (one) => ENTITIES[one] ?? '');
}

function visible(one: string): string {
  if (one === '\n') return one;
  return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
