import { REASONS, REASONS_FOR_DEALERS, type Sentence } from '@aftercare/domain';
import type { ErrorCode } from '@aftercare/messaging';
import { columns } from './columns.js';
import { notices, words } from './notices.js';
import { printLabels, printWords } from './print.js';

/** By error code: the title of the problem. */
const titles: Record<ErrorCode, Sentence> = {
  invalid_argument: ['请求不正确', 'The request is not valid'],
  not_found: ['未找到', 'Not found'],
  permission_denied: ['没有权限', 'Not allowed'],
  unauthenticated: ['需要登录', 'Sign in first'],
  failed_precondition: ['现在不能进行', 'Not possible now'],
  aborted: ['已被他人更改', 'Changed meanwhile'],
  already_exists: ['已存在', 'Exists already'],
  resource_exhausted: ['请求过多', 'Too many requests'],
  unavailable: ['暂时不可用', 'Not available now'],
  deadline_exceeded: ['超时', 'No answer in time'],
  internal: ['系统错误', 'Internal error'],
  unimplemented: ['未提供', 'Not offered'],
};

/** By name of the check in http/fields.ts: what the field must be. */
const fields: Record<string, Sentence> = {
  unknown: ['没有这个字段。', 'There is no such field.'],
  text: ['须为 1 到 {{max}} 个字符的文字。', 'Must be a text of 1 to {{max}} characters.'],
  printable: ['不得含看不见的控制符和改变书写方向的字符；100 字以内的为单行。', 'Must hold no control characters and none that turn what follows; up to 100 characters it is one line.'],
  texts: ['须为 {{min}} 到 {{max}} 项文字，每项最多 {{length}} 个字符。', 'Must be a list of {{min}} to {{max}} texts of at most {{length}} characters.'],
  code: ['须为最多 {{max}} 个字符的代码（字母、数字、点、横线）。', 'Must be a code of at most {{max}} letters, digits, dots and dashes.'],
  id: ['须为小写 UUID。', 'Must be a UUID in lower case.'],
  ids: ['须为 {{min}} 到 {{max}} 个不重复的 UUID。', 'Must be a list of {{min}} to {{max}} different UUIDs.'],
  whole: ['须为 {{min}} 到 {{max}} 的整数。', 'Must be a whole number from {{min}} to {{max}}.'],
  flag: ['须为 true 或 false。', 'Must be true or false.'],
  choice: ['须为其中之一：{{choices}}。', 'Must be one of: {{choices}}.'],
  price: ['须为最多四位小数的价格文字，如 "12.3450"。', 'Must be a price as text with at most 4 decimals, such as "12.3450".'],
  amount: ['须为整数不超过 10 位、小数不超过两位的金额文字，如 "12.30"。', 'Must be an amount as text with at most 10 digits and 2 decimals, such as "12.30".'],
  partClass: ['须以英文字母开头，只含字母、数字和 _，最多 {{max}} 个字符，与保修条款中的配件类别一致，如 ceramic_body。', 'Must begin with a letter and have letters, digits and _ only, at most {{max}}: the class that the warranty terms name, such as ceramic_body.'],
  positiveAmount: ['须为大于 0、整数不超过 10 位、小数不超过两位的金额文字，如 "12.30"。', 'Must be an amount above 0 as text with at most 10 digits and 2 decimals, such as "12.30".'],
  percent: ['须为最多三位整数、两位小数的百分比文字，如 "-12.5"。', 'Must be a percentage as text with at most 3 digits and 2 decimals, such as "-12.5".'],
  date: ['须为真实存在的日期，如 "2026-02-28"。', 'Must be a date that exists, such as "2026-02-28".'],
  month: ['须为月份，如 "2026-03"。', 'Must be a month, such as "2026-03".'],
  instant: ['须为带时区的 ISO 8601 时间，如 2026-12-01T10:00:00+08:00，年份为 1900 至 9999。', 'Must be an ISO 8601 instant with Z or an offset, e.g. 2026-12-01T10:00:00+08:00, of a year from 1900 to 9999.'],
  phone: ['须为电话号码。', 'Must be a phone number.'],
  region: ['须为六位行政区划代码。', 'Must be a six-digit region code.'],
  sha256: ['须为小写十六进制 SHA-256。', 'Must be a SHA-256 in lower-case hex.'],
  object: ['须为对象。', 'Must be an object.'],
  list: ['须为 {{min}} 到 {{max}} 项的列表。', 'Must be a list of {{min}} to {{max}} objects.'],
  isDefined: ['不能缺少，也不能为 null。', 'Must be there and not null.'],
  isString: ['须为文字。', 'Must be a text.'],
  minLength: ['不能为空。', 'Must not be empty.'],
  maxLength: ['太长。', 'Is too long.'],
  nestedValidation: ['须为对象。', 'Must be an object.'],
};

/** All sentences in both languages, by section and key; what lacks one in either language does not compile. */
export const sentences = {
  title: titles,
  reason: REASONS,
  dealerReason: REASONS_FOR_DEALERS,
  field: fields,
  notice: notices,
  word: words,
  column: columns,
  print: printLabels,
  printWord: printWords,
} as const satisfies Record<string, Record<string, Sentence>>;
