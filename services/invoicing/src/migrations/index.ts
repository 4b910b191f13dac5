import { Money1764000000000 } from './1764000000000-money.js';
import { ListIndexes1791400000000 } from './1791400000000-list-indexes.js';
import { ListsAtVolume1798500000000 } from './1798500000000-lists-at-volume.js';
import { KnownDealers1799600000000 } from './1799600000000-known-dealers.js';
import { AskedBy1800485100000 } from './1800485100000-asked-by.js';

/** The service's migrations in the order in which they run. */
export const migrations = [Money1764000000000, ListIndexes1791400000000, ListsAtVolume1798500000000, KnownDealers1799600000000, AskedBy1800485100000];
