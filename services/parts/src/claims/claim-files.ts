import { invalidField } from '@aftercare/messaging';

const FILES_MAX = 50;

/** How many files a claim may have. */
export function checkFiles(files: readonly unknown[]): void {
  if (files.length > FILES_MAX) throw invalidField('files', `A claim has at most ${FILES_MAX} files.`);
}
