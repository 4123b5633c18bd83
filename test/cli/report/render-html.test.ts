import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { escapeText, html } from '../../../src/cli/report/html/markup.js';
import { axisFor } from '../../../src/cli/report/html/plots/scale.js';
import { renderHtml } from '../../../src/cli/report/html/render-html.js';
import type { Report } from '../../../src/core/report/report.js';
import { inventedReport, NASTY } from './invented-report.js';
import { faultsOf, outsideOf, textOf } from './read-page.js';

describe('the page', () => {
  it('is well-formed and asks for nothing, whatever products, operators and reasons are called', () => {
    const page = renderHtml(inventedReport({ products: 3 }));
    expect(faultsOf(page)).toEqual([]);
    expect(outsideOf(page)).toEqual([]);
    expect(textOf(page)).toContain(NASTY.replace('\u202e', '\\u202e').replace('\u0007', '\\u0007'));
  });

  it('knows its one style sheet by its hash, and allows nothing else', () => {
    const page = renderHtml(inventedReport({}));
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
    expect(page).toContain(`content="${escapeText(policy)}"`);
  });

  it('tells in words what its plots show, and has each as a table', () => {
    const page = renderHtml(inventedReport({}));
    const plots = page.match(/role="img"/g)?.length;
    expect(plots).toBe(4);
    expect(page.match(/<title id=/g)).toHaveLength(4);
    expect(page.match(/<desc id=/g)).toHaveLength(4);
    expect(textOf(page)).toContain('The figures as a table');
    expect(textOf(page)).toContain('The distribution as a table');
  });

  it('has no plot where nothing was measured, and says so', () => {
    const report: Report = { ...inventedReport({}), acceptHistogram: {} };
    const { stretches, stretchSeconds } = report.timeline;
    const silent = stretches.map((one) => ({
      ...one,
      refused: null,
      accept: { p50Ms: null, p95Ms: null, p99Ms: null },
    }));
    const page = renderHtml({ ...report, timeline: { stretchSeconds, stretches: silent } });
    expect(faultsOf(page)).toEqual([]);
    expect(page.match(/role="img"/g)).toHaveLength(1);
    expect(textOf(page)).toContain('no longer kept');
  });

  it('holds a thousand products', () => {
    const page = renderHtml(inventedReport({ products: 1_000 }));
    expect(faultsOf(page)).toEqual([]);
    expect(page.length).toBeLessThan(4_000_000);
    expect(textOf(page)).toContain('500 more are in the JSON.');
  });
});

it('escapes every text that is put into it, in attributes too', () => {
  expect(html`<p title="${'"><b>'}">${['<i>', 1, null]}</p>`.markup).toBe(
    '<p title="&quot;&gt;&lt;b&gt;">&lt;i&gt;1</p>',
  );
});

it.each([
  [0, 1],
  [1, 1],
  [7, 10],
  [100, 100],
  [241, 300],
  [98_765, 100_000],
])('has an axis for %d that ends in a round number', (highest, end) => {
  const axis = axisFor(highest);
  expect(axis.end).toBe(end);
  expect(axis.ticks.every(Number.isInteger)).toBe(true);
});
