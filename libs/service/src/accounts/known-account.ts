import { Column, Entity, PrimaryColumn, type EntityManager, type QueryRunner } from 'typeorm';

/** What AccountStandingChanged told of an account of a dealer. Shared reference, no tenancy. */
@Entity('known_account')
export class KnownAccount {
  @PrimaryColumn('text')
  id: string;

  /** A leaver's: nobody can sign in with it. */
  @Column('boolean')
  disabled: boolean;

  /** Of the account as it was told; a later word counts. */
  @Column('int')
  version: number;
}

/** The table of a service that hears of accounts; a step of its migration. */
export async function createKnownAccounts(runner: QueryRunner): Promise<void> {
  await runner.query('create table known_account (id text primary key, disabled boolean not null, version int not null)');
}

/** Keeps a told account, an older version that arrives late changes nothing; true when it is disabled by this word and was not before. */
export async function keepAccount(em: EntityManager, told: { userId: string; disabled: boolean; version: number }): Promise<boolean> {
  const [before] = await em.query<{ disabled: boolean; version: number }[]>('select disabled, version from known_account where id = $1 for update', [told.userId]);
  if (before && before.version >= told.version) return false;
  await em.query(
    `insert into known_account (id, disabled, version) values ($1, $2, $3)
     on conflict (id) do update set disabled = excluded.disabled, version = excluded.version where known_account.version < excluded.version`,
    [told.userId, told.disabled, told.version],
  );
  return told.disabled && !before?.disabled;
}
