/** A report as one page that needs nothing else: no script, no request, opens from a file and prints. */
import { createHash } from 'node:crypto';
import type { Report } from '../../../core/report/report.js';
import { moment } from '../content/figures.js';
import { titleOf } from '../content/verdict.js';
import { html, raw } from './markup.js';
import { courseSections, figureSections, headSection, proofSection } from './sections.js';
import { STYLE } from './style.js';

export function renderHtml(report: Report): string {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>Closing report: ${titleOf(report)}</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          ${headSection(report)} ${courseSections(report)} ${figureSections(report)} ${proofSection(report)}
          <footer>
            Made by ${report.madeBy} from PostgreSQL as it stood ${moment(report.madeAt)}. Times are in UTC;
            amounts are exact.
          </footer>
        </main>
      </body>
    </html> `;
  return markup;
}

/** Nothing may be loaded, run or sent; the one style sheet is known by its hash. */
const POLICY = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ');
