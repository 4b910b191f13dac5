import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SupplierClaimState } from './supplier-claim.rules.js';

/** A claim against a supplier over pieces that came back. */
@Entity('supplier_claim')
export class SupplierClaimRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') number: string;
  @Column('text') supplier: string;
  @Column('text') state: SupplierClaimState;
  @Column('text') grounds: string;
  @Column('text') reference: string;
  @Column('text') reason: string;
  @Column('jsonb') files: { id: string; sha256: string }[];
  /** Sum of what came back from the supplier; its ledger is supplier_recovery. */
  @Column('numeric', { precision: 14, scale: 2 }) recovered: string;
  @Column('text', { name: 'opened_by' }) openedBy: string;
  @Column('timestamptz', { name: 'opened_at' }) openedAt: string;
  @Column('int') version: number;
}

/** A counted line in a claim; `live` until the claim is taken back, so that no piece is claimed twice. */
@Entity('supplier_claim_line')
export class SupplierClaimLineRow {
  @PrimaryColumn('uuid', { name: 'claim_id' }) claimId: string;
  @PrimaryColumn('uuid', { name: 'counted_line_id' }) countedLineId: string;
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('int') quantity: number;
  /** Of the day of the count; null where none was known. */
  @Column('numeric', { name: 'unit_cost', precision: 14, scale: 4, nullable: true }) unitCost: string | null;
  @Column('boolean') live: boolean;
}

/** An amount that a claim brought; never changed. */
@Entity('supplier_recovery')
export class SupplierRecoveryRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'claim_id' }) claimId: string;
  @Column('date', { name: 'recovered_on' }) recoveredOn: string;
  @Column('numeric', { precision: 14, scale: 2 }) amount: string;
  @Column('text') note: string;
  @Column('text', { name: 'entered_by' }) enteredBy: string;
  @Column('timestamptz', { name: 'entered_at' }) enteredAt: string;
}
