import { isDealerRole, type Locale } from '../codes.js';
import { dealerReasons } from './dealer-reasons.js';
import { importReasons } from './import-reasons.js';
import { moneyReasons } from './money-reasons.js';
import { partsReasons } from './parts-reasons.js';
import { platformReasons } from './platform-reasons.js';
import { qualityReasons } from './quality-reasons.js';
import { returnReasons } from './return-reasons.js';
import { serviceReasons } from './service-reasons.js';
import { stockReasons } from './stock-reasons.js';
import type { Sentence } from './sentence.js';

/** Who reads a sentence; the role is empty for who has not signed in. */
export interface Reader {
  locale: Locale;
  role: string;
  /** How the reader's dealer stands; absent or null for the manufacturer's people. */
  dealerStatus?: string | null;
}

/** Every reason code with its sentence: the gateway says it in a problem, the services beside an action they refuse. */
export const REASONS: Readonly<Record<string, Sentence>> = { ...platformReasons, ...serviceReasons, ...qualityReasons, ...partsReasons, ...returnReasons, ...stockReasons, ...moneyReasons, ...importReasons };

/** The same for a dealer's users. */
export const REASONS_FOR_DEALERS: Readonly<Record<string, Sentence>> = { ...REASONS, ...dealerReasons };

/** The sentences as a role reads them. */
export function reasonsFor(role: string): Readonly<Record<string, Sentence>> {
  return isDealerRole(role) ? REASONS_FOR_DEALERS : REASONS;
}
