/** The order of the files in a run. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What takes a minute or so, mostly since it starts servers or roles of its own. Begun late, it would go on alone while
 * the other workers have nothing left; two of them at once would starve each other.
 */
const LONG = [
  'test/faults/outages.test.ts',
  'test/flows/demo.test.ts',
  'test/dev/up-and-down.test.ts',
  'test/faults/killed-role.test.ts',
  'test/core/kafka/broker-outage.test.ts',
  'test/flows/rehearse.test.ts',
  'test/flows/backlog.test.ts',
  'test/flows/top-truth.test.ts',
  'test/cli/top/terminal.test.ts',
  'test/docs/operations.test.ts',
];

/** Long files come at even distances, the last of them before a share of the others. */
export class SpreadLongFiles extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const long = files.filter((file) => placeOf(file) !== -1).sort((a, b) => placeOf(a) - placeOf(b));
    const others = (await super.sort(files)).filter((file) => placeOf(file) === -1);
    const between = Math.ceil(others.length / Math.max(1, long.length));
    const shares = long.map((file, at) => [file, ...others.slice(at * between, (at + 1) * between)]);
    return long.length === 0 ? others : shares.flat();
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  return LONG.findIndex((file) => moduleId.endsWith(file));
}
