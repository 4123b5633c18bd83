import { describe, expect, it } from 'vitest';
import { createColours } from '../../../src/cli/output/colours.js';
import type { Output } from '../../../src/cli/output/output.js';
import { renderTable, type Column } from '../../../src/cli/output/table.js';

interface Row {
  readonly name: string;
  readonly count: number;
}

function outputOf(options: { decorated: boolean; colour: boolean }): Output {
  const colours = createColours(options.colour);
  return {
    json: false,
    decorated: options.decorated,
    colours,
    noteColours: colours,
    data: () => undefined,
    line: () => undefined,
    note: () => undefined,
  };
}

const rows: Row[] = [
  { name: 'tee', count: 5 },
  { name: '', count: 1200 },
];
const columns = (output: Output): Column<Row>[] => [
  { title: 'name', value: (row) => output.colours.good(row.name) },
  { title: 'count', value: (row) => String(row.count), align: 'right' },
];

describe('renderTable', () => {
  it('keeps aligned columns and loses lines and colours in a pipe', () => {
    const output = outputOf({ decorated: false, colour: false });
    expect(renderTable(output, columns(output), rows)).toBe(
      ['NAME  COUNT', 'tee       5', '-      1200'].join('\n'),
    );
  });

  it('draws one line under the headings on a terminal', () => {
    const output = outputOf({ decorated: true, colour: false });
    const lines = renderTable(output, columns(output), rows).split('\n');
    expect(lines[1]).toMatch(/^─+$/);
    expect(lines).toHaveLength(4);
  });

  it('aligns by what is seen, colour codes aside', () => {
    const output = outputOf({ decorated: false, colour: true });
    const text = renderTable(output, columns(output), rows);
    expect(text).toContain('\u001b[32mtee\u001b[39m');
    const plain = outputOf({ decorated: false, colour: false });
    // eslint-disable-next-line no-control-regex -- escape sequences are made of control characters
    expect(text.replace(/\u001b\[[0-9;]*m/g, '')).toBe(renderTable(plain, columns(plain), rows));
  });
});
