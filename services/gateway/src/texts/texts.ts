import i18next, { type i18n } from 'i18next';
import { inLanguage, isDealerRole, isInstant, localTime, type Locale, type Reader, type Sentence } from '@aftercare/domain';
import type { ErrorCode } from '@aftercare/messaging';
import { sentences } from './catalogues.js';

type Section = keyof typeof sentences;

function catalogue(locale: Locale): Record<string, Record<string, string>> {
  const sections = Object.entries<Record<string, Sentence>>(sentences).map(([section, entries]) => [
    section,
    Object.fromEntries(Object.entries(entries).map(([key, sentence]) => [key, inLanguage(locale, sentence)])),
  ]);
  return Object.fromEntries(sections) as Record<string, Record<string, string>>;
}

const NAMESPACE = 'translation';
const texts: i18n = i18next.createInstance();
void texts.init({
  lng: 'zh-CN',
  fallbackLng: false,
  resources: { 'zh-CN': { [NAMESPACE]: catalogue('zh-CN') }, en: { [NAMESPACE]: catalogue('en') } },
  interpolation: { escapeValue: false, skipOnVariables: true },
  keySeparator: '/',
  nsSeparator: false,
  initAsync: false,
});

/** A sentence with its values filled in, or undefined when the catalogues have none. */
export function text(locale: Locale, at: { section: Section; key: string }, values: Record<string, unknown> = {}): string | undefined {
  if (at.key.includes('/')) return undefined;
  // Lists ask by the hundred: the sentence as it stands, since `t` looks for plurals, contexts and other languages first.
  const sentence: unknown = texts.getResource(locale, NAMESPACE, `${at.section}/${at.key}`);
  if (typeof sentence !== 'string') return undefined;
  return texts.services.interpolator.interpolate(sentence, printable(locale, sentence, values), locale, {});
}

/** Only what the sentence names and what can stand in it: a code as its word, an instant as people read it. */
function printable(locale: Locale, sentence: string, values: Record<string, unknown>): Record<string, string> {
  const kept = Object.entries(values).filter(([name, value]) => sentence.includes(`{{${name}}}`) && ['string', 'number', 'boolean'].includes(typeof value));
  return Object.fromEntries(kept.map(([name, value]) => [name, wordText(locale, name, String(value))]));
}

/** A value as people read it; itself when the catalogues have no word for it. */
function wordText(locale: Locale, name: string, value: string): string {
  if (isInstant(value)) return localTime(value, locale);
  return text(locale, { section: 'word', key: `${name}.${value}` }) ?? value;
}

export function titleText(locale: Locale, code: ErrorCode): string {
  return text(locale, { section: 'title', key: code }) ?? code;
}

/** What is wrong and what its reader can do; a reason without a sentence gets the general one. */
export function reasonText({ locale, role }: Reader, reason: string, values: Record<string, unknown> = {}): string {
  const section = isDealerRole(role) ? 'dealerReason' : 'reason';
  return text(locale, { section, key: reason }, values) ?? text(locale, { section, key: 'INTERNAL' }) ?? reason;
}

/** What a field must be. */
export function fieldText(locale: Locale, check: string, values: Record<string, unknown> = {}): string {
  return text(locale, { section: 'field', key: check }, values) ?? reasonText({ locale, role: '' }, 'INVALID_FIELD');
}

/** The sentence of a notice; its kind when the catalogues do not know it. */
export function noticeText(locale: Locale, kind: string, values: Record<string, unknown>): string {
  return text(locale, { section: 'notice', key: kind }, values) ?? kind;
}

/** The column under whose heading the numbers of lines stand: `position` alone is a person's. */
export const LINE_NUMBER = 'sequence';

/** The heading of a column; its key when the catalogues do not know it. */
export function columnText(locale: Locale, column: string): string {
  return text(locale, { section: 'column', key: column }) ?? column;
}

/** What the papers call things. */
export type PrintKey = keyof (typeof sentences)['print'];

/** A label or sentence of a paper. */
export function printText(locale: Locale, key: PrintKey, values: Record<string, unknown> = {}): string {
  return text(locale, { section: 'print', key }, values) ?? key;
}

/** A code as it stands on a paper; itself when the catalogues have no word for it. */
export function printWord(locale: Locale, kind: string, code: string): string {
  return text(locale, { section: 'printWord', key: `${kind}.${code}` }) ?? code;
}
