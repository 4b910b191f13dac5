import { StockAndRequests1763800000000 } from './1763800000000-stock-and-requests.js';

/** The service's migrations in the order in which they run. */
export const migrations = [StockAndRequests1763800000000];
