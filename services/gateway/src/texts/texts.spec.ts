import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locale } from '@aftercare/domain';
import { sentences } from './catalogues.js';
import { moneyPrintLabels, moneyPrintWords } from './print-money.js';
import { partsPrintLabels, partsPrintWords } from './print-parts.js';
import { repairPrintLabels, repairPrintWords } from './print-repairs.js';
import { printLabels, printWords } from './print.js';
import { columnText, fieldText, noticeText, reasonText } from './texts.js';

const ROOT = join(__dirname, '../../../..');
const UPPER_SNAKE = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g;

function filesBelow(folder: string, keep: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && keep.test(entry.name) && !/[/\\](dist|gen|node_modules|spec-support)([/\\]|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
}

const sources = ['services', 'libs/domain', 'libs/messaging', 'libs/service']
  .flatMap((folder) => filesBelow(folder, /^(?!.*\.(spec|fixture)\.ts$).*\.ts$/))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** What stands where a reason stands: the second argument of an error, or a literal returned or passed as one. */
function reasonsInCode(): string[] {
  const thrown = /(?:new (?:ServiceError|Refusal|JobRefusal)\(\s*'[a-z_]+',\s*|permissionDenied\(\s*|refused\(\s*|reason: |reason = |invalidField\([^)]*,\s*)'([A-Z][A-Z0-9_]+)'/g;
  return sources.flatMap(({ text }) => [...text.matchAll(thrown)].map(([, reason]) => reason));
}

function reasonsInContracts(): string[] {
  const comments = filesBelow('proto', /\.proto$/).flatMap((path) => readFileSync(path, 'utf8').match(/^\s*\/\/.*$/gm) ?? []);
  return comments.flatMap((line) => line.match(UPPER_SNAKE) ?? []);
}

describe('texts', () => {
  it('every reason of the contracts and of the code has a sentence in both languages', () => {
    const wanted = new Set([...reasonsInContracts(), ...reasonsInCode()]);
    expect(wanted.size).toBeGreaterThan(100);
    expect([...wanted].filter((reason) => !(reason in sentences.reason)).sort()).toEqual([]);
  });

  it('X-1: no chapter of the papers takes a word that another has', () => {
    const chapters = [[printLabels, moneyPrintLabels, partsPrintLabels, repairPrintLabels], [printWords, moneyPrintWords, partsPrintWords, repairPrintWords]];
    for (const [whole, ...parts] of chapters) {
      for (const part of parts) expect(Object.keys(part).filter((key) => (whole as Record<string, unknown>)[key] !== (part as Record<string, unknown>)[key])).toEqual([]);
      const keys = parts.flatMap((part) => Object.keys(part));
      expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    }
  });

  it('X-5: every kind of notice that a service tells has a sentence', () => {
    const tellers = sources.filter(({ text, path }) => /NoticeRequestedSchema|notify\(tx/.test(text) && !path.includes('gateway'));
    const kinds = tellers.flatMap(({ text }) => [...text.matchAll(/(?:kind: |notice\(|report, )'([a-z_]+\.[a-z_]+)'/g)].map(([, kind]) => kind));
    expect(kinds.length).toBeGreaterThan(10);
    expect([...new Set(kinds)].filter((kind) => !(kind in sentences.notice)).sort()).toEqual([]);
  });

  it('no sentence is empty, and both languages name the same values', () => {
    const values = (sentence: string): string => [...new Set(sentence.match(/\{\{\w+\}\}/g) ?? [])].sort().join();
    const wrong = Object.values<Record<string, readonly [string, string]>>(sentences).flatMap((section) =>
      Object.entries(section).filter(([, [zh, en]]) => zh.trim() === '' || en.trim() === '' || values(zh) !== values(en)).map(([key]) => key));
    expect(wrong).toEqual([]);
  });

  it('X-2: every column of every list has a heading', () => {
    interface Schema { $ref?: string; type?: string; items?: Schema; properties?: Record<string, Schema> }
    interface Described { parameters?: { name: string }[]; responses: Record<string, { content?: Record<string, { schema: Schema }> }> }
    const { paths, components } = JSON.parse(readFileSync(join(__dirname, '../../openapi.json'), 'utf8')) as {
      paths: Record<string, { get?: Described }>; components: { schemas: Record<string, Schema> };
    };
    const whole = (schema?: Schema): Schema => (schema?.$ref ? components.schemas[schema.$ref.split('/').at(-1) ?? ''] : schema) ?? {};
    const lists = Object.values(paths).flatMap(({ get }) => (get?.parameters?.some(({ name }) => name === 'format') ? [get] : []));
    const cells = lists.flatMap(({ responses }) => {
      const row = whole(whole(whole(responses['200'].content?.['application/json'].schema).properties?.items).items);
      return Object.entries(row.properties ?? {}).filter(([, field]) => !['object', 'array'].includes(whole(field).type ?? '')).map(([name]) => name);
    });
    expect(lists.length).toBeGreaterThan(30);
    expect([...new Set(cells)].filter((name) => !(name in sentences.column)).sort()).toEqual([]);
  });

  it('every check of a field has a sentence', () => {
    const checks = [...readFileSync(join(__dirname, '../http/fields.ts'), 'utf8').matchAll(/(?:name: |patterned\()'(\w+)'/g)].map(([, name]) => name);
    expect(checks.filter((check) => !(check in sentences.field))).toEqual([]);
  });

  it('X-5: instants stand in sentences as local time in the reader’s language, dates as they are', () => {
    const values = { number: 'RC-1', dueAt: '2026-11-26T16:05:00.000Z', plannedDate: '2026-11-26' };
    expect(noticeText('zh-CN', 'call.sla_warning', values)).toBe('叫修 RC-1 即将超时，到期 2026年11月27日 00:05。');
    expect(noticeText('en', 'call.sla_warning', values)).toBe('Call RC-1 is about to run out of time; due 27 Nov 2026, 00:05.');
    expect(noticeText('en', 'parts.shipping_date_proposed', values)).toContain('planned for 2026-11-26;');
  });

  it('X-5: a decision stands in a notice as a word, not as its code', () => {
    const decided = (locale: Locale, decision: string) => noticeText(locale, 'parts.escalation_decided', { number: 'PR-1', decision });
    expect(['lower', 'waive', 'reject'].map((decision) => decided('zh-CN', decision))).toEqual(
      ['材料需求表 PR-1 已裁定：降低价格。', '材料需求表 PR-1 已裁定：免收费用。', '材料需求表 PR-1 已裁定：驳回。']);
    expect(decided('en', 'waive')).toBe('Parts request PR-1 was decided: the charge is waived.');
    const agreed = (locale: Locale, outcome: string) => noticeText(locale, 'parts.discrepancy_decided', { number: 'SO-1', pieces: 2, outcome });
    expect(agreed('zh-CN', 'refused')).toBe('发货单 SO-1 的差异（2 件）已处理：未予认可。');
    expect(agreed('en', 'shortage')).toBe('The difference of shipping order SO-1 (2 pieces) was decided: the pieces never left.');
    expect(decided('en', 'of_tomorrow')).toContain('of_tomorrow');
  });

  it('values are filled in as they are, and an unknown key answers the general sentence or itself', () => {
    const english = { locale: 'en', role: '' } as const;
    expect(reasonText(english, 'ACCOUNT_LOCKED', { retryAfterSeconds: 30 })).toContain('in 30 seconds');
    expect(reasonText(english, 'NO_SUCH_REASON')).toBe(reasonText(english, 'INTERNAL'));
    expect(reasonText(english, 'ALREADY_REQUESTED', { number: '$t(reason/INTERNAL) {{x}}' })).toContain('$t(reason/INTERNAL)');
    expect(fieldText('en', 'whole', { min: 1, max: 3 })).toBe('Must be a whole number from 1 to 3.');
    expect(noticeText('en', 'no.such_kind', {})).toBe('no.such_kind');
    expect(columnText('zh-CN', 'serial')).toBe('序列号');
    expect(columnText('en', '__proto__')).toBe('__proto__');
  });
});
