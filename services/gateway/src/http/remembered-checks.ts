import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';

const QUERIES_MAX = 200;
const QUERY_LENGTH_MAX = 300;

/**
 * class-validator looks through every class it knows for each object it checks. Classes do not change once they are
 * loaded, so what applies to one is looked up once. Groups and schemas, which would tell more, are not used here.
 */
export function rememberConstraints(): void {
  const storage = getMetadataStorage();
  const known = new Map<unknown, ReturnType<typeof storage.getTargetValidationMetadatas>>();
  const lookUp = storage.getTargetValidationMetadatas.bind(storage);
  storage.getTargetValidationMetadatas = (target, ...rest) => {
    let constraints = known.get(target);
    if (!constraints) known.set(target, (constraints = lookUp(target, ...rest)));
    return constraints;
  };
}

/**
 * Queries that passed their class's checks, by their text: the same lists are asked for all day. What is kept is frozen,
 * since several requests get the same object. Full, a class's queries are forgotten and learnt anew.
 */
export class CheckedQueries {
  private readonly byClass = new WeakMap<Type<unknown>, Map<string, unknown>>();

  /** The checked query, from `check` where this text was not seen before. Errors: those of `check`, which are not kept. */
  async of(type: Type<unknown>, query: unknown, check: () => Promise<unknown>): Promise<unknown> {
    const text = JSON.stringify(query);
    const known = this.queriesOf(type);
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const checked = Object.freeze(await check());
    if (known.size >= QUERIES_MAX) known.clear();
    if (text.length <= QUERY_LENGTH_MAX) known.set(text, checked);
    return checked;
  }

  private queriesOf(type: Type<unknown>): Map<string, unknown> {
    let known = this.byClass.get(type);
    if (!known) this.byClass.set(type, (known = new Map()));
    return known;
  }
}
