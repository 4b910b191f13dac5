import { Money1764000000000 } from './1764000000000-money.js';

/** The service's migrations in the order in which they run. */
export const migrations = [Money1764000000000];
