// Where throw-away databases of specs live: in memory where Linux offers room for it, since making and dropping hundreds of small
// databases costs a disk more than the work on them; else in the folder for temporary files.
const { accessSync, constants, statfsSync } = require('node:fs');
const { freemem, tmpdir } = require('node:os');

const SHARED_MEMORY = '/dev/shm';
/** The databases of a whole run with their log take 2 GB; the rest stays for the processes. */
const NEEDED_BYTES = 8e9;

function throwAwayRoot() {
  try {
    accessSync(SHARED_MEMORY, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(SHARED_MEMORY);
    return bavail * bsize >= NEEDED_BYTES && freemem() >= NEEDED_BYTES ? SHARED_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

module.exports = { throwAwayRoot };
