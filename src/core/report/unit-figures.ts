/** What operators did to the units of a product, and where the units are now. Pure. */
import type { MovementGroup } from '../postgres/report/sum-movements.js';
import type { UnitProof } from '../postgres/report/prove-units.js';
import { sum } from './order-figures.js';
import type { Report, UnitFigures } from './report.js';

export function unitFiguresOf(
  proofs: readonly UnitProof[],
  movements: readonly MovementGroup[],
): UnitFigures | null {
  if (proofs.length === 0) return null;
  const moved = (kind: MovementGroup['kind']) =>
    sum(movements, (group) => (group.kind === kind ? group.delta : 0));
  const seeded = sum(proofs, (proof) => proof.seeded);
  const figures = {
    firstSeeded: moved('seed'),
    added: moved('add'),
    removed: moved('remove'),
    replaced: moved('replace'),
    restocked: moved('restock'),
  };
  return {
    seeded,
    ...figures,
    unexplained: seeded - sum(Object.values(figures), (units) => units),
    available: seeded - sum(proofs, (proof) => proof.claimed),
    held: sum(proofs, (proof) => proof.held),
    sold: sum(proofs, (proof) => proof.sold),
  };
}

/** True when the stock row claims what the orders add up to, within what there is (I1, I2). */
function isConserved({ seeded, claimed, held, sold }: UnitProof): boolean {
  return claimed === held + sold && claimed >= 0 && claimed <= seeded;
}

export function problemsOf(proofs: readonly UnitProof[]): Report['problems'] {
  return proofs.flatMap((proof): Report['problems'] => {
    const { productId, oversold } = proof;
    if (oversold > 0) return [{ problem: 'oversold', productId }];
    return isConserved(proof) ? [] : [{ problem: 'not-conserved', productId }];
  });
}
