import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The link by which a customer looks after his call; only the token's hash is kept. */
@Entity('call_state_link')
export class CallStateLinkRow {
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'call_id' })
  callId: string;

  /** Lower-case hex SHA-256 of the token. */
  @Column('text', { name: 'token_hash', unique: true })
  tokenHash: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: string;
}
