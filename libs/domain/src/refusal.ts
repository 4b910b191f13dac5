import { reasonsFor, type Reader } from './reasons/reasons.js';
import { inLanguage } from './reasons/sentence.js';

/** Why a rule says no, from the closed list of gRPC codes a rule may use. */
export type RefusalCode =
  | 'invalid_argument'
  | 'failed_precondition'
  | 'not_found'
  | 'permission_denied'
  | 'aborted'
  | 'already_exists';

/**
 * A rule's refusal. The messaging library maps it onto the wire unchanged, so that a rule needs to know
 * nothing of transport.
 *
 * `reason` is a stable UPPER_SNAKE code documented at the rpc; `message` is for people who read logs;
 * `details` carries what the caller needs to correct itself, for example `{ field: 'lines[0].quantity' }`,
 * and never personal data.
 */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly reason: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** What may be done next with a document, as each read answers it. */
export interface ActionAnswer {
  action: string;
  allowed: boolean;
  /** Reason code when refused, empty when allowed. */
  reason: string;
  /** The reason's sentence in the reader's language, empty when allowed. */
  message: string;
}

/**
 * Turns "action, and why not" into the list a document's read answers to a reader; an absent reason means allowed. D-1: to the users of a
 * terminated dealer nothing is, but on documents that it still has to do with: what it sends back, what is counted and what it owes.
 */
export function allowedActions(reader: Reader, list: { action: string; reason?: string }[], { afterTermination = false } = {}): ActionAnswer[] {
  const sentences = reasonsFor(reader.role);
  const ended = reader.dealerStatus === 'terminated' && !afterTermination;
  return list.map(({ action, reason: why }) => {
    const reason = ended && why !== 'ROLE_NOT_ALLOWED' ? 'DEALER_TERMINATED' : why;
    return reason
      ? { action, allowed: false, reason, message: inLanguage(reader.locale, sentences[reason] ?? sentences.STEP_NOT_ALLOWED) }
      : { action, allowed: true, reason: '', message: '' };
  });
}

/** The reason code with which a rule refuses, or undefined when it lets pass; feeds allowedActions. */
export function refusalReason(rule: () => unknown): string | undefined {
  // Every read of a document asks this of each of its buttons: the stack of a refusal nobody throws further is not taken.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    rule();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
