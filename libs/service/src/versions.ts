import { ServiceError } from '@aftercare/messaging';

/**
 * a change is based on the version its author saw. Throws aborted STALE_VERSION with the present state in
 * `details.present`; `present` must carry no personal data.
 */
export function expectVersion(document: { version: number }, expected: number, present?: object): void {
  if (document.version === expected) return;
  throw new ServiceError('aborted', 'STALE_VERSION', 'The document was changed by somebody else; read it again.', {
    expected,
    present: { version: document.version, ...present },
  });
}
