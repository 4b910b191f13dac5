import type { Tx } from '@aftercare/service';
import { FROM_THE_FIRST_DAY, type Term } from '../warranty/terms.rules.js';
import { ModelEntity, ModelTermsEntity } from './model.entity.js';

/** W-9: keeps a checked draft of a model with its first terms. */
export async function draftModel(tx: Tx, model: ModelEntity, terms: Term[]): Promise<void> {
  await tx.em.insert(ModelEntity, model);
  await tx.em.insert(ModelTermsEntity, { modelId: model.id, version: 1, effectiveFrom: FROM_THE_FIRST_DAY, published: false, terms });
  await tx.audit({ action: 'create', kind: 'product_model', id: model.id, changed: { code: { after: model.code }, terms: { after: terms } } });
}
