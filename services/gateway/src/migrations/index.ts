import { Gateway1763800000000 } from './1763800000000-gateway.js';

/** The gateway's own tables, in order; the platform's come before. */
export const migrations = [Gateway1763800000000];
