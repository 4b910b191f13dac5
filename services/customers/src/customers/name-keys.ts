import { pinyin } from 'pinyin-pro';
import type { Tx } from '@aftercare/service';
import type { CustomerEntity } from './customer.entity.js';
import { isWord, nameKeysOf, type NameKey } from './customer-search.rules.js';

/** C-1: what a name is found by, a key for each of its characters. A surname is read as surnames are: 单 is shan. */
export function nameKeys(name: string): NameKey[] {
  const characters = [...name];
  const syllables = pinyin(name, { toneType: 'none', type: 'array', nonZh: 'spaced', surname: 'head', v: true });
  return nameKeysOf(characters.map((character, at) => ({ character, sound: isWord(character) ? '' : (syllables[at] ?? '') })));
}

/** Replaces the keys a file is found by; its own name may lead to the file it was merged into. */
export async function keepNameKeys(tx: Tx, file: CustomerEntity): Promise<void> {
  await tx.sql({ name: 'name_keys_drop', text: 'delete from customer_name_key where file_id = $1', values: [file.id] });
  const keys = nameKeys(file.name);
  await tx.sql({
    name: 'name_keys_keep',
    text: `insert into customer_name_key (dealer_id, customer_id, file_id, position, part, pinyin, initials, created_at)
      select $1, $2, $2, k.at, k.part, k.pinyin, k.initials, $3
      from unnest($4::text[], $5::text[], $6::text[]) with ordinality k(part, pinyin, initials, at)`,
    values: [file.dealerId, file.id, file.createdAt, keys.map(({ part }) => part), keys.map(({ pinyin: sound }) => sound), keys.map(({ initials }) => initials)],
  });
}
