/** What payments by the HTTP provider are stored under: the worker asks it, serve hears from it. */
export const WEBHOOK_GATEWAY = 'webhook';
