import { Refusal } from './refusal.js';

const PART_CLASS = /^[a-z][a-z0-9_]{0,39}$/;

/** W-9: a class of parts in its one spelling, lower case and in plain characters, however it is typed. */
export function partClassText(typed: string): string {
  return typed.normalize('NFKC').trim().toLowerCase();
}

/** W-9: whether a class in its one spelling is one that a warranty term can name. */
export const isPartClass = (text: string): boolean => PART_CLASS.test(text);

/** W-9: the class of a part as terms are found by. Refuses PART_CLASS_INVALID. */
export function partClassOf(typed: string): string {
  const text = partClassText(typed);
  if (!isPartClass(text)) {
    throw new Refusal('invalid_argument', 'PART_CLASS_INVALID', 'A part class is letters, digits and underscores, and begins with a letter: ceramic_body.', { field: 'partClass' });
  }
  return text;
}
