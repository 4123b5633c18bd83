/** How long figures per second are kept: afterwards nobody looks at a sale second by second any more. */
export const FIGURES_KEPT_SECONDS = 7 * 24 * 60 * 60;
