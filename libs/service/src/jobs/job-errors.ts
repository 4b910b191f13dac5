import { inLanguage, reasonsFor, type ImportFault, type Reader } from '@aftercare/domain';
import type { JobError } from './job-kind.js';

/** Faults of rows with their sentences in the language of who started the job. */
export function jobErrors(reader: Reader, faults: readonly ImportFault[]): JobError[] {
  const sentences = reasonsFor(reader.role);
  return faults.map((fault) => ({ ...fault, message: inLanguage(reader.locale, sentences[fault.code] ?? sentences.VALUE_INVALID) }));
}
