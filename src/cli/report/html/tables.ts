/** Facts and tables as HTML. */
import type { FactBlock, TableBlock } from '../content/blocks.js';
import { html, type Markup } from './markup.js';

export function factsMarkup({ title, facts, note }: FactBlock): Markup {
  const rows = facts.map(
    ({ label, value, detail }) =>
      html`<div>
        <dt>${label}</dt>
        <dd>${value}</dd>
        ${detail ? html`<dd class="detail">${detail}</dd>` : null}
      </div>`,
  );
  return html`<div class="block">
    <h3>${title}</h3>
    <dl>${rows}</dl>
    ${noteMarkup(note)}
  </div>`;
}

export function tableMarkup({ columns, rows, empty, note }: Omit<TableBlock, 'title'>): Markup {
  if (rows.length === 0)
    return html`<p class="note">${empty}</p>
      ${noteMarkup(note)}`;
  const classOf = (index: number) =>
    columns[index]?.align === 'right' ? 'right' : columns[index]?.title === 'at' ? 'when' : '';
  const head = columns.map(
    ({ title }, index) => html`<th scope="col" class="${classOf(index)}">${title}</th>`,
  );
  const body = rows.map(
    (cells) =>
      html`<tr>
        ${cells.map((cell, index) => html`<td class="${classOf(index)}">${cell}</td>`)}
      </tr> `,
  );
  return html`<div class="scroll">
      <table>
        <thead>
          <tr>
            ${head}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>
    ${noteMarkup(note)}`;
}

export function sectionMarkup(title: string, ...content: readonly (Markup | null)[]): Markup {
  return html`<section>
    <h2>${title}</h2>
    ${content}
  </section> `;
}

/** What a plot shows, for those who read rather than look. */
export function figuresMarkup(summary: string, table: Omit<TableBlock, 'title'>): Markup {
  return html`<details>
    <summary>${summary}</summary>
    ${tableMarkup(table)}
  </details>`;
}

function noteMarkup(note: string | undefined): Markup | null {
  return note === undefined ? null : html`<p class="note">${note}</p>`;
}
