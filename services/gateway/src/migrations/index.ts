import { Gateway1763800000000 } from './1763800000000-gateway.js';
import { UserImports1791500000000 } from './1791500000000-user-imports.js';
import { PublicPhotos1799100600000 } from './1799100600000-public-photos.js';
import { StartedImports1798300400000 } from './1798300400000-started-imports.js';
import { ImportsTaken1800473000000 } from './1800473000000-imports-taken.js';
import { AskedBy1800485200000 } from './1800485200000-asked-by.js';
import { PhotosAskedFor1800495000000 } from './1800495000000-photos-asked-for.js';
import { NoticesOfTheManufacturer1800748000000 } from './1800748000000-notices-of-the-manufacturer.js';
import { LeaversTold1800836000000 } from './1800836000000-leavers-told.js';
import { ReadImports1799600100000 } from './1799600100000-read-imports.js';
import { LabelFiles1798700000000 } from './1798700000000-label-files.js';

/** The gateway's own tables, in order; the platform's come before. */
export const migrations = [
  Gateway1763800000000, UserImports1791500000000, StartedImports1798300400000, LabelFiles1798700000000, PublicPhotos1799100600000,
  ReadImports1799600100000, ImportsTaken1800473000000, AskedBy1800485200000, PhotosAskedFor1800495000000, NoticesOfTheManufacturer1800748000000,
  LeaversTold1800836000000,
];
