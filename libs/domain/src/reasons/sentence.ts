import type { Locale } from '../codes.js';

/** A sentence in both languages: Chinese, English. What is wrong, then what to do. */
export type Sentence = readonly [zh: string, en: string];

const LANGUAGE_INDEX: Record<Locale, 0 | 1> = { 'zh-CN': 0, en: 1 };

/** The sentence in a language, its values still as {{names}}. */
export function inLanguage(locale: Locale, sentence: Sentence): string {
  return sentence[LANGUAGE_INDEX[locale]];
}
