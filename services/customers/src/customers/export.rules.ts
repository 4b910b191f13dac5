import { requireRole, type Role } from '@aftercare/domain';

const EXPORTERS: readonly Role[] = ['admin', 'service_supervisor', 'dealer_manager'];

/** C-5: who may anonymise, and the dealer's manager for his own customer, who is whom the customer asks. Refuses ROLE_NOT_ALLOWED. */
export function requireExportRole(role: string): void {
  requireRole(role, EXPORTERS, 'export');
}

/** A photo or paper at the gateway. */
export interface NamedFile {
  id: string;
  sha256: string;
}

/** The files that an exported content names, wherever in it, each once. */
export function namedFiles(content: unknown): NamedFile[] {
  const found = new Map<string, NamedFile>();
  const look = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    const { id, sha256 } = part as Partial<NamedFile>;
    if (typeof id === 'string' && typeof sha256 === 'string') found.set(id, { id, sha256 });
    else Object.values(part).forEach(look);
  };
  look(content);
  return [...found.values()];
}
