import { Controller } from '@nestjs/common';
import { CallErasureService, type KeepErasureWordsRequest } from '@aftercare/contracts';
import { requireRole } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** By which words a person is known who is about to be erased (C-5). */
@Entity('erasure_words')
export class ErasureWordsRow {
  @PrimaryColumn('uuid', { name: 'customer_id' })
  customerId: string;

  @Column('jsonb')
  words: string[];

  /** When they were said last. */
  @Column('timestamptz', { name: 'kept_at' })
  keptAt: string;
}

/** C-5: customers says what names the person, since no event may; it is kept until his erasure is told, or was given up. */
@Controller()
export class CallErasureHandlers implements Handlers<typeof CallErasureService> {
  constructor(private readonly db: Database) {}

  /** Nothing of it is stored as an answer. Errors as documented at the rpc. */
  @Rpc(CallErasureService.method.keepErasureWords)
  async keepErasureWords({ customerIds, words }: KeepErasureWordsRequest, ctx: CallContext) {
    requireRole(ctx.role, ['system'], 'customer.anonymise');
    await this.db.command({ ...ctx, idempotencyKey: undefined }, async (tx) => {
      const keptAt = await tx.now();
      await tx.em.upsert(ErasureWordsRow, [...new Set(customerIds)].sort().map((customerId) => ({ customerId, words, keptAt })), ['customerId']);
      return {};
    });
    return {};
  }
}

/** The words that were kept of these files; none where they went already. */
export async function wordsOfFiles(tx: Tx, files: string[]): Promise<string[]> {
  const rows = await tx.sql<{ word: string }>({ name: 'erasure_words', text: 'select distinct jsonb_array_elements_text(words) as word from erasure_words where customer_id = any($1::uuid[])', values: [files] });
  return rows.map(({ word }) => word);
}

/** They go with the person. */
export async function dropWords(tx: Tx, customerId: string): Promise<void> {
  await tx.em.delete(ErasureWordsRow, { customerId });
}

/** every contact these calls have or had, also before a correction. */
export async function contactsOf(tx: Tx, callIds: string[]): Promise<string[]> {
  const rows = await tx.sql<{ word: string }>({ name: 'contacts_of_calls', text: CONTACTS, values: [callIds] });
  return rows.map(({ word }) => word);
}

const CONTACTS = `
  select unnest(array[contact_name, contact_phone, address_detail]) as word from repair_call where id = any($1::uuid[])
  union select v #>> '{}' from audit_entry a join audit_personal p on p.entry_id = a.id, jsonb_each(p.personal_values::jsonb) f, jsonb_path_query(f.value, 'lax $.*') v
    where a.document_id = any($1::text[]) and p.erased_at is null and f.key in ('contactName', 'contactPhone', 'addressDetail') and jsonb_typeof(v) = 'string'`;
