/** Reads a page strictly: what is not well-formed, what reaches out of it, and what it says. */

const VOID = new Set(['meta', 'link', 'br', 'hr', 'img', 'input']);
const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>/g;

/** Tags that do not match, and angle brackets or ampersands that are no markup. */
export function faultsOf(page: string): string[] {
  const body = page.replace(/^<!doctype html>/, '').replace(/<style>[^<]*<\/style>/, '');
  const faults: string[] = [];
  const open: string[] = [];
  for (const [whole, closing, name = '', attributes, selfClosing] of body.matchAll(TAG)) {
    if (/style=|\son\w+=/.test(attributes ?? '')) faults.push(`${whole} is against the policy`);
    if (closing) {
      const expected = open.pop();
      if (expected !== name) faults.push(`</${name}> closes <${expected}>`);
    } else if (!selfClosing && !VOID.has(name)) open.push(name);
  }
  faults.push(...open.map((name) => `<${name}> is never closed`));
  const rest = body.replace(TAG, '');
  if (/[<>]/.test(rest)) faults.push(`a bracket that is no tag: ${/.{0,40}[<>].{0,40}/.exec(rest)?.[0]}`);
  if (/&(?!amp;|lt;|gt;|quot;|#39;)/.test(rest)) faults.push('an ampersand that is not escaped');
  const ids = [...body.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
  if (new Set(ids).size < ids.length) faults.push('an id twice');
  const named = [...body.matchAll(/aria-labelledby="([^"]*)"/g)].flatMap(([, names = '']) =>
    names.split(' '),
  );
  return [...faults, ...named.filter((id) => !ids.includes(id)).map((id) => `nothing is called ${id}`)];
}

/** Everything with which a page could load, send or run something. */
export function outsideOf(page: string): string[] {
  // Text may say what it likes: only tags and the style sheet do anything.
  const active = [...(page.match(/<style>[^<]*<\/style>/g) ?? []), ...(page.match(/<[^>]*>/g) ?? [])];
  const reaching = /https?:|\bsrc=|\bhref=|url\(|@import|<(script|iframe|object|embed|form|link|img)/gi;
  return active.join('').match(reaching) ?? [];
}

/** What it says, in order, with single spaces. */
export function textOf(page: string): string {
  return page
    .replace(/<style>[^<]*<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');
}
