/** What global setup hands to every test file through `inject('stack')`. */
export interface TestStack {
  /** Superuser URL of the server's own database; tests use databases of their own (`createSpace`). */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly kafkaBrokers: string;
  readonly temporalAddress: string;
  /** Names everything this run creates, so that two runs on one server never meet. */
  readonly runId: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    stack: TestStack;
  }
}
