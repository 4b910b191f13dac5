import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SignedFile } from '../dealers/dealer.entity.js';
import type { AgreementState } from './agreement.rules.js';

/** An agreement with a dealer: the dealer's and the manufacturer's to see, hidden from a parent (D-1). */
@Entity('dealer_agreement')
export class AgreementEntity {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'dealer_id' })
  dealerId: string;

  @Column('text')
  number: string;

  @Column('date', { name: 'valid_from' })
  validFrom: string;

  /** Last day, it still counts. */
  @Column('date', { name: 'valid_to' })
  validTo: string;

  @Column('jsonb', { name: 'signed_file', nullable: true })
  signedFile: SignedFile | null;

  @Column('text')
  state: AgreementState;

  /** The account that filed it; somebody else approves. */
  @Column('text', { name: 'filed_by' })
  filedBy: string;

  @Column('int')
  version: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'business_now()' })
  createdAt: string;
}
