// Fills a new platform with the small set of demo data, see e2e/src/demo. Started by up.mjs with AFTERCARE_* set.
import '../../e2e/dist/demo/seed.js';
