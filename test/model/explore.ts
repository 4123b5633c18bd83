/** Breadth-first search over all states that a model can reach, and the shortest way to each wrong one. */

export interface Model<State> {
  readonly initial: State;
  /** Every step that may happen next, in any order: name and resulting state. */
  next(state: State): Iterable<readonly [step: string, state: State]>;
  /** Equal for equal states. */
  keyOf(state: State): string;
  /** Names what is wrong in this state; undefined when nothing is. */
  violation(state: State): string | undefined;
}

export interface Exploration {
  readonly states: number;
  /** False when the search stopped at the bound: nothing was proved. */
  readonly complete: boolean;
  /** The first way, and so a shortest one, to each kind of violation. */
  readonly violations: ReadonlyMap<string, readonly string[]>;
}

interface Visited {
  readonly from: string | undefined;
  readonly step: string;
}

/** @param options.until stops once this violation is found */
export function explore<State>(
  model: Model<State>,
  options: { readonly maxStates: number; readonly until?: string },
): Exploration {
  const start = model.keyOf(model.initial);
  const visited = new Map<string, Visited>([[start, { from: undefined, step: '' }]]);
  const violations = new Map<string, readonly string[]>();
  let frontier: (readonly [string, State])[] = [[start, model.initial]];
  while (frontier.length > 0) {
    const reached: (readonly [string, State])[] = [];
    for (const [key, state] of frontier) {
      const wrong = model.violation(state);
      if (wrong !== undefined && !violations.has(wrong)) violations.set(wrong, pathTo(visited, key));
      if (wrong !== undefined && wrong === options.until)
        return { states: visited.size, complete: false, violations };
      for (const [step, after] of model.next(state)) {
        const next = model.keyOf(after);
        if (visited.has(next)) continue;
        visited.set(next, { from: key, step });
        reached.push([next, after]);
      }
    }
    if (visited.size > options.maxStates) return { states: visited.size, complete: false, violations };
    frontier = reached;
  }
  return { states: visited.size, complete: true, violations };
}

function pathTo(visited: ReadonlyMap<string, Visited>, key: string): string[] {
  const steps: string[] = [];
  for (let at = visited.get(key); at?.from !== undefined; at = visited.get(at.from)) steps.unshift(at.step);
  return steps;
}
