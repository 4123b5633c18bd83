/** Stops something at a chosen point until a test has done what it wants to do meanwhile. */

export interface Gate {
  /** Waits until the gate is open. */
  pass(): Promise<void>;
  /** True once somebody has come to it. */
  reached(): boolean;
  open(): void;
  /** Those who wait fail, as if their process had died; whoever comes later passes. */
  breakOpen(error: Error): void;
}

export function createGate(): Gate {
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  let reached = false;
  let isOpen = false;
  return {
    pass() {
      reached = true;
      if (isOpen) return Promise.resolve();
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    reached: () => reached,
    open() {
      isOpen = true;
      for (const one of waiting.splice(0)) one.resolve();
    },
    breakOpen(error) {
      isOpen = true;
      for (const one of waiting.splice(0)) one.reject(error);
    },
  };
}
