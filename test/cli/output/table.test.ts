import { describe, expect, it } from 'vitest';
import { createColours } from '../../../src/cli/output/colours.js';
import type { Output } from '../../../src/cli/output/output.js';
import { renderTable, type Column } from '../../../src/cli/output/table.js';
import { stripColour } from '../../../src/cli/output/visible.js';

interface Row {
  readonly name: string;
  readonly count: number;
}

function outputOf(options: { decorated: boolean; colour: boolean; width?: number }): Output {
  const colours = createColours(options.colour);
  return {
    json: false,
    decorated: options.decorated,
    width: options.width,
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

  describe('on a narrow terminal', () => {
    const id = '7f8e1c1e-0d2b-4a53-9c65-5b1f3f0e9a77';
    const long = [
      { id, why: 'it waits in Kafka behind the position of the group, and has done so for long' },
    ];
    const render = (width: number, colour = false) => {
      const output = outputOf({ decorated: true, colour, width });
      const wide: Column<(typeof long)[number]>[] = [
        { title: 'order', value: (row) => row.id },
        { title: 'why', value: (row) => output.colours.warning(row.why) },
      ];
      return stripColour(renderTable(output, wide, long)).split('\n');
    };

    it.each([60, 80, 100])('breaks between words and keeps ids whole at %i columns', (width) => {
      const lines = render(width);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      expect(lines.join('\n')).toContain(id);
      expect(lines.length).toBeGreaterThan(3);
      expect(render(width, true)).toEqual(lines);
    });

    it('gives every row a block of its own where columns do not fit', () => {
      expect(render(44)).toEqual([`ORDER  ${id}`, `WHY    ${long[0]?.why ?? ''}`]);
    });

    it('leaves lines alone that fit', () => {
      expect(render(200)).toHaveLength(3);
    });
  });
});
