import { inLanguage, localTime, type Locale, type Sentence } from '@aftercare/domain';

/** What was noted, as far as it is read back. */
export interface Noted {
  unitSerial: string;
  unitDescription: string;
  contactName: string;
  contactPhone: string;
  address?: { detail: string };
  symptoms: string;
  intake?: { when: string; where: string; who: string; what: string; howMany: string; why: string; degree: string };
  wishedFrom: string;
  wishedTo: string;
}

/** The parts in the order in which they are read; one without a value is left out. */
const PARTS: readonly (readonly [part: string, sentence: Sentence])[] = [
  ['caller', ['{{value}}您好，跟您核对一下登记的内容。', '{{value}}, let me read back what I noted.']],
  ['phone', ['联系电话：{{value}}。', 'We call you back on {{value}}.']],
  ['product', ['产品：{{value}}。', 'The product is {{value}}.']],
  ['symptoms', ['故障现象：{{value}}。', 'What is wrong: {{value}}.']],
  ['what', ['发生了什么：{{value}}。', 'What happened: {{value}}.']],
  ['when', ['何时开始：{{value}}。', 'Since when: {{value}}.']],
  ['where', ['位置：{{value}}。', 'Where: {{value}}.']],
  ['who', ['使用人：{{value}}。', 'Who uses it: {{value}}.']],
  ['howMany', ['数量：{{value}}。', 'How many: {{value}}.']],
  ['why', ['可能的原因：{{value}}。', 'Supposed cause: {{value}}.']],
  ['degree', ['严重程度：{{value}}。', 'How bad it is: {{value}}.']],
  ['address', ['上门地址：{{value}}。', 'We come to {{value}}.']],
  ['wished', ['希望上门时间：{{value}}。', 'You would like us to come {{value}}.']],
];
const CLOSING: Sentence = ['请问以上内容对吗？', 'Is that right?'];
const WINDOW: Sentence = ['{{from}} 至 {{to}}', 'between {{from}} and {{to}}'];
const SINCE: Sentence = ['{{from}} 之后', 'after {{from}}'];
const UNTIL: Sentence = ['{{to}} 之前', 'before {{to}}'];

/** what was noted, read back in the customer's language to be confirmed: only what was said, in the order it is asked. */
export function readBack(noted: Noted): { zh: string; en: string } {
  return { zh: spoken(noted, 'zh-CN').join(''), en: spoken(noted, 'en').join(' ') };
}

function spoken(noted: Noted, locale: Locale): string[] {
  const { intake } = noted;
  const values: Record<string, string> = {
    ...intake,
    caller: noted.contactName, phone: noted.contactPhone, product: [noted.unitDescription, noted.unitSerial].map((text) => text.trim()).filter(Boolean).join(' '),
    symptoms: noted.symptoms, address: noted.address?.detail ?? '', wished: wished(noted, locale),
  };
  const said = PARTS.flatMap(([part, sentence]) => {
    const value = withoutEnd(values[part] ?? '');
    return value === '' ? [] : [inLanguage(locale, sentence).replace('{{value}}', () => value)];
  });
  return [...said, inLanguage(locale, CLOSING)];
}

function wished({ wishedFrom, wishedTo }: Noted, locale: Locale): string {
  if (wishedFrom === '' && wishedTo === '') return '';
  const sentence = wishedTo === '' ? SINCE : wishedFrom === '' ? UNTIL : WINDOW;
  const at = (instant: string): string => (instant === '' ? '' : localTime(instant, locale));
  return inLanguage(locale, sentence).replace('{{from}}', at(wishedFrom)).replace('{{to}}', at(wishedTo));
}

/** The sentence brings its own full stop. */
function withoutEnd(text: string): string {
  return text.trim().replace(/[。.！!；;，,]+$/, '');
}
