import { StockAndRequests1763800000000 } from './1763800000000-stock-and-requests.js';
import { ReturnsAndCharging1763800000001 } from './1763800000001-returns-and-charging.js';
import { ListIndexes1791400000000 } from './1791400000000-list-indexes.js';

/** The service's migrations in the order in which they run. */
export const migrations = [StockAndRequests1763800000000, ReturnsAndCharging1763800000001, ListIndexes1791400000000];
