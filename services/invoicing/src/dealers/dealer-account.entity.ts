import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What invoicing keeps of a dealer: who an invoice is made out to (D-1), and the row on which its money is locked. */
@Entity('dealer_account')
export class DealerAccount {
  @PrimaryColumn('uuid', { name: 'dealer_id' }) dealerId: string;
  @Column('text') code: string;
  @Column('text') name: string;
  /** 抬头, empty while unknown. */
  @Column('text') title: string;
  @Column('text', { name: 'tax_number' }) taxNumber: string;
  @Column('text') bank: string;
  @Column('text', { name: 'bank_account' }) bankAccount: string;
  @Column('text') address: string;
  @Column('text') phone: string;
  /** Version of the dealer this copy is of; 0 while only its money is known. */
  @Column('int', { name: 'dealer_version' }) dealerVersion: number;
}
