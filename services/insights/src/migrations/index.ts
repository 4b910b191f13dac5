import { DealerFiles1795000000000 } from './1795000000000-dealer-files.js';

/** The service's migrations in the order in which they run. */
export const migrations = [DealerFiles1795000000000];
