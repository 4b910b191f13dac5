import { requireRole, type Role } from '@aftercare/domain';
import { seesSalePrice } from '../units/unit.rules.js';

const EXPORTERS: readonly Role[] = ['admin', 'service_supervisor', 'dealer_manager'];

/** C-5: who may anonymise, and the dealer's manager for his own customer, who is whom the customer asks. Refuses ROLE_NOT_ALLOWED. */
export function requireExportRole(role: string): void {
  requireRole(role, EXPORTERS, 'export');
}

/** A unit as it was found for the export. */
interface FoundUnit {
  /** Decides who sees the price and is left out, as it is not the person's. */
  sellerId?: string;
  /** The person bought it. */
  bought: boolean;
  salePrice: string | null;
  proof: unknown;
}

/** What was found for an export, by chapters. */
export interface ExportContent extends Record<string, unknown> {
  units: FoundUnit[];
  classes: { contribution: string | null }[];
}

/**
 * C-5, C-2: the papers and the price of a sale are its buyer's, not those of whoever owns the unit later; a price, and a sum of
 * prices, goes out only by a caller who sees it. A sum is left out whole where one of its sellers is another's.
 */
export function ownOnly(content: ExportContent, caller: { role: string; dealerId: string | null }, servingDealerId: string): ExportContent {
  const bought = content.units.filter((unit) => unit.bought);
  const seesSums = [servingDealerId, ...bought.map(({ sellerId = '' }) => sellerId)].every((sellerId) => seesSalePrice(caller, sellerId));
  return {
    ...content,
    units: content.units.map(({ sellerId = '', ...unit }) => ({
      ...unit,
      salePrice: unit.bought && seesSalePrice(caller, sellerId) ? unit.salePrice : null,
      proof: unit.bought ? unit.proof : null,
    })),
    classes: content.classes.map((each) => (seesSums ? each : { ...each, contribution: null })),
  };
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
