import type { LateReturnState } from '@aftercare/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Charged pieces whose charge is taken back: they came late (H-7), never arrived (P-8), or are met by surplus that is free again. Dates are local. */
@Entity('late_return')
export class LateReturnRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text') state: LateReturnState;
  /** Null where nothing came. */
  @Column('uuid', { name: 'parcel_id', nullable: true }) parcelId: string | null;
  /** Difference at receipt by which the charged pieces never arrived; null for none. */
  @Column('uuid', { name: 'discrepancy_id', nullable: true }) discrepancyId: string | null;
  /** What excuses them then; null for what never left. */
  @Column('uuid', { name: 'excuse_id', nullable: true }) excuseId: string | null;
  /** Difference at receipt that freed the surplus which meets them; null for none. */
  @Column('uuid', { name: 'credit_discrepancy_id', nullable: true }) creditDiscrepancyId: string | null;
  /** Part counted; where nothing came, the part charged. */
  @Column('uuid', { name: 'part_id' }) partId: string;
  @Column('int') quantity: number;
  /** Obligation whose pieces were charged. */
  @Column('uuid', { name: 'obligation_id' }) obligationId: string;
  /** Slip that charged them. */
  @Column('uuid', { name: 'slip_id' }) slipId: string;
  @Column('date', { name: 'charged_on' }) chargedOn: string;
  /** When it came, was found missing, or was met by surplus. */
  @Column('date', { name: 'arrived_on' }) arrivedOn: string;
  /** Reason code of the last try to reverse; empty for none. */
  @Column('text', { name: 'waits_for' }) waitsFor: string;
  /** Real time at which the reversal is tried next by itself. */
  @Column('timestamptz', { name: 'retry_at', nullable: true }) retryAt: string | null;
  @Column('uuid', { name: 'reversing_slip_id', nullable: true }) reversingSlipId: string | null;
  @Column('text') carrier: string;
  @Column('text', { name: 'waybill_number' }) waybillNumber: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: string;
  @Column('int') version: number;
}
