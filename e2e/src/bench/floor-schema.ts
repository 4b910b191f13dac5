import { join } from 'node:path';
import { ROOT } from '../../../deploy/local/platform.mjs';

/**
 * The tables of repairs, so that the floor writes the same rows into the same indexes. Taken from the built service as a
 * data file of the bench: nothing of the service runs, and the floor works as superuser, past row-level security.
 */
export const repairsMigrations: readonly unknown[] = [join(ROOT, 'services/repairs/dist/migrations/*.js')];

/** The tables of parts, for the same. */
export const partsMigrations: readonly unknown[] = [join(ROOT, 'services/parts/dist/migrations/[0-9]*.js')];
