/** The order of the files in a run. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, longest first: begun late, each would go on alone while the other workers have nothing left. */
const LONG = [
  'test/faults/outages.test.ts',
  'test/flows/demo.test.ts',
  'test/dev/up-and-down.test.ts',
  'test/faults/killed-role.test.ts',
  'test/worker/workflows/order-saga.test.ts',
  'test/core/kafka/broker-outage.test.ts',
  'test/worker/saga-on-stores.test.ts',
  'test/flows/backlog.test.ts',
  'test/docs/operations.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    return [...others].sort((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const at = LONG.findIndex((file) => moduleId.endsWith(file));
  return at === -1 ? LONG.length : at;
}
