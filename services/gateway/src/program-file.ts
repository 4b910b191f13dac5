import { join } from 'node:path';

/** A program that the gateway starts beside itself, by its path under src. Built, all that is compiled is one file in dist. */
export const programFile = (path: string): string => join(__dirname, path);
