import { spelledPhone } from './customer.rules.js';

/** A character of a name with how it is read; letters and digits read themselves. */
export interface SpokenCharacter {
  character: string;
  /** Pinyin without tones; empty for what is no Chinese character. */
  sound: string;
}

/** What the name from one character on is found by: 小明 of 王小明 by its characters, by xiaoming and by xm. */
export interface NameKey {
  part: string;
  /** Empty within a word of letters, where no syllable begins. */
  pinyin: string;
  initials: string;
}

/** What was typed into the search, as what it can be. */
export interface SearchTerms {
  /** A customer's number or a unit's serial, whole. */
  code: string;
  /** A part of the name. */
  name: string;
  /** Beginning of a name in pinyin or by its initials; null when it cannot be one. */
  letters: string | null;
  /** Last digits of a phone, last one first; null when it cannot be one. */
  phoneEnd: string | null;
}

const TERM_LENGTH_MAX = 60;
const PHONE_END = /^\d{4,15}$/;
const LETTERS = /^[a-z][a-z0-9]{1,40}$/;

/** One spelling of a name for the search: no case, no width, no spaces. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/[\s·]/gu, '');
}

/** Letters and digits of the Latin script, which stand in a name as they are read. */
export function isWord(character: string): boolean {
  return /^[a-z0-9]$/.test(folded(character));
}

/** C-1: the keys of a name, one from each character that can begin a part of it. */
export function nameKeysOf(characters: readonly SpokenCharacter[]): NameKey[] {
  const plain = characters.map(({ character, sound }, at) => {
    const text = folded(character);
    const word = isWord(character);
    const begins = word ? at === 0 || !isWord(characters[at - 1].character) : sound !== '';
    return { text, sound: word ? text : folded(sound), begins };
  });
  return plain.flatMap(({ text, begins }, at) => {
    if (text === '') return [];
    const rest = plain.slice(at);
    return [{
      part: rest.map((each) => each.text).join(''),
      pinyin: begins ? rest.map(({ sound }) => sound).join('') : '',
      initials: begins ? rest.filter((each) => each.begins).map(({ sound }) => sound.slice(0, 1)).join('') : '',
    }];
  });
}

/**
 * C-1: number, last digits of a phone (four at least, or a few digits would show whole lists), part of the name, pinyin
 * or its initials (two letters at least), serial. Null when nothing was typed.
 */
export function searchTerms(typed: string): SearchTerms | null {
  const trimmed = typed.trim().slice(0, TERM_LENGTH_MAX);
  const name = folded(trimmed);
  if (name === '') return null;
  const digits = spelledPhone(trimmed);
  return {
    code: trimmed.normalize('NFKC').toUpperCase(),
    name,
    letters: LETTERS.test(name) ? name : null,
    phoneEnd: PHONE_END.test(digits) ? [...digits].reverse().join('') : null,
  };
}
