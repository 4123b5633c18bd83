/** Asks a role's dependencies how they are, often enough to be true and seldom enough to be no load. */

export interface DependencyCheck {
  readonly name: string;
  /** Resolves when the dependency answers. */
  check(): Promise<void>;
}

export interface CheckState {
  readonly name: string;
  readonly ok: boolean;
  /** True once it has answered, for the rest of the process. */
  readonly everOk: boolean;
  readonly error: string | null;
}

const CACHE_MS = 1_000;
const TIMEOUT_MS = 1_000;

/**
 * All checks run at once, each with a timeout; the answer is kept for a second and shared by everyone who asks
 * meanwhile, so that probes cannot load a store.
 */
export function createDependencyChecks(
  checks: readonly DependencyCheck[],
  now: () => number = Date.now,
): () => Promise<readonly CheckState[]> {
  const everOk = new Set<string>();
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<readonly CheckState[]> = Promise.resolve([]);

  async function ask(one: DependencyCheck): Promise<CheckState> {
    const error = await failureOf(one);
    if (error === null) everOk.add(one.name);
    return { name: one.name, ok: error === null, everOk: everOk.has(one.name), error };
  }

  return () => {
    if (now() - askedAt >= CACHE_MS) {
      askedAt = now();
      answer = Promise.all(checks.map(ask));
    }
    return answer;
  };
}

async function failureOf(one: DependencyCheck): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${TIMEOUT_MS} ms`), TIMEOUT_MS);
  });
  const asked = Promise.resolve()
    .then(() => one.check())
    .then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
