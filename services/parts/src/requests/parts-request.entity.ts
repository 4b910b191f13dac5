import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LineState, RequestPurpose, RequestState, SupplyKind, Urgency } from '@aftercare/domain';
import type { CoverageVerdictJson } from '@aftercare/contracts';
import type { LineDecision } from './line-decision.js';

/** 《售后服务材料需求表》: a dealer's application for parts (P-3). */
@Entity('parts_request')
export class PartsRequest {
  @PrimaryColumn('uuid')
  id: string;

  /** Taken when it is handed in. */
  @Column('text', { unique: true, nullable: true })
  number: string | null;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  /** User who filed it; whoever approves is somebody else. */
  @Column('text', { name: 'requested_by' })
  requestedBy: string;

  /** Who asked when a clerk filed it; empty otherwise. */
  @Column('text', { name: 'asked_by' })
  askedBy: string;

  @Column('text')
  purpose: RequestPurpose;

  @Column('uuid', { name: 'call_id', nullable: true })
  callId: string | null;

  @Column('uuid', { name: 'installation_id', nullable: true })
  installationId: string | null;

  @Column('text', { name: 'delivery_address' })
  deliveryAddress: string;

  @Column('text')
  urgency: Urgency;

  /** Local day. */
  @Column('date', { name: 'wished_date', nullable: true })
  wishedDate: string | null;

  /** Local day of the visit it is for (W-6); null for another purpose. */
  @Column('date', { name: 'visit_on', nullable: true })
  visitOn: string | null;

  /** Follows from the lines (P-4); kept here so that lists can filter. */
  @Column('text')
  state: RequestState;

  /** Local day of submission, null while a draft. */
  @Column('date', { name: 'submitted_on', nullable: true })
  submittedOn: string | null;

  @Column('integer', { name: 'line_count' })
  lineCount: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: string;

  @Column('integer')
  version: number;
}

/** What the reviewer entered for a line, kept with it so that the decision can be replayed (W-8). */
export interface StoredReview {
  exclusion: string;
  exclusionCause: string;
  exclusionEvidence: { id: string; sha256: string }[];
  proofPurchaseDate: string;
  proofEvidence: { id: string; sha256: string }[];
  eventDate: string;
  reviewedBy: string;
}

/** A line of a request with its decision and how far it is fulfilled. */
@Entity('parts_request_line')
export class PartsRequestLine {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('uuid', { name: 'request_id' })
  requestId: string;

  /** From 1. */
  @Column('integer')
  position: number;

  @Column('uuid', { name: 'part_id' })
  partId: string;

  @Column('integer')
  quantity: number;

  /** Serial of the product; empty for stock. */
  @Column('text', { name: 'unit_serial' })
  unitSerial: string;

  @Column('text')
  fault: string;

  @Column('text')
  state: LineState;

  /** Empty before the decision. */
  @Column('text', { name: 'supply_kind' })
  supplyKind: SupplyKind | '';

  /** Frozen at approval (P-6). */
  @Column('boolean', { name: 'return_due' })
  returnDue: boolean;

  @Column('jsonb', { nullable: true })
  review: StoredReview | null;

  /** The verdict of W-6, whole (W-8). */
  @Column('jsonb', { nullable: true })
  verdict: CoverageVerdictJson | null;

  /** Quoted or special price without tax; null when free. */
  @Column('numeric', { name: 'unit_price', precision: 14, scale: 4, nullable: true })
  unitPrice: string | null;

  @Column('numeric', { name: 'net_amount', precision: 14, scale: 2, nullable: true })
  netAmount: string | null;

  @Column('numeric', { name: 'tax_amount', precision: 14, scale: 2, nullable: true })
  taxAmount: string | null;

  /** Last local day of the quote. */
  @Column('date', { name: 'quote_valid_until', nullable: true })
  quoteValidUntil: string | null;

  @Column('text', { name: 'decision_reason' })
  decisionReason: string;

  /** All answers, oldest first. */
  @Column('jsonb')
  decisions: LineDecision[];

  @Column('timestamptz', { name: 'approved_at', nullable: true })
  approvedAt: string | null;

  @Column('integer', { name: 'shipped_quantity' })
  shippedQuantity: number;

  @Column('integer', { name: 'received_quantity' })
  receivedQuantity: number;

  /** Pieces the dealer reported missing at receipt. */
  @Column('integer', { name: 'missing_quantity' })
  missingQuantity: number;

  /** Pieces waiting for stock (P-7). */
  @Column('integer', { name: 'backordered_quantity' })
  backorderedQuantity: number;
}
