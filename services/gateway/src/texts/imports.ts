import type { Sentence } from '@aftercare/domain';

const yesNo = (zh: string, en: string): Sentence => [`是 或 否；${zh}`, `Yes or no (是, 否); ${en}`];
const region: Sentence = ['六位行政区划代码（GB/T 2260）到区县；没有区县的市填市代码', 'Six-digit region code (GB/T 2260) of the district, or of a city without districts'];
const date: Sentence = ['日期，如 2026-01-05、2026/1/5 或 2026年1月5日', 'A date such as 2026-01-05, 2026/1/5 or 2026年1月5日'];

/** What the columns of imports may hold, by "import.column", else by column: the notes of the templates. */
export const importNotes: Record<string, Sentence> = {
  // Words of the page of notes itself.
  page: ['说明', 'Notes'],
  chinese: ['中文表头', 'Chinese heading'],
  english: ['英文表头', 'English heading'],
  required: ['必填', 'Required'],
  allowed: ['可填内容', 'What may stand in it'],
  example: ['示例', 'Example'],
  yes: ['是', 'yes'],
  no: ['否', 'no'],

  'units.serial': ['3 到 40 个字母、数字和 /._-，不重复', '3 to 40 letters, digits and /._-; each once'],
  'units.modelCode': ['已发布的型号', 'A published model'],
  'units.dealerCode': ['已登记的经销商的代码', 'Code of a registered dealer'],
  manufacturedOn: date,
  dispatchedOn: date,

  'dealers.code': ['2 到 20 个字母、数字、- 或 _，不重复', '2 to 20 letters, digits, - or _; each once'],
  'dealers.name': ['最多 200 个字符', 'At most 200 characters'],
  'dealers.nameEn': ['最多 200 个字符', 'At most 200 characters'],
  regionCode: region,
  addressDetail: ['街道门牌', 'Street and number'],
  contactName: ['联系人姓名', 'Name of the contact'],
  contactPhone: ['联系电话', 'Phone of the contact'],
  parentCode: ['上级经销商的代码，已登记或在同一文件中；只有一级', 'Code of the parent dealer, registered or in the same file; one level only'],
  territory: ['省、市或区县代码，用逗号分隔；留空表示不限', 'Codes of provinces, cities or districts parted by commas; empty for no limit'],
  taxTitle: ['发票抬头；填写开票信息时必填', 'Title on invoices; required when there is any identity for invoices'],
  taxNumber: ['15 到 20 位字母和数字；填写开票信息时必填。请设为文本格式', '15 to 20 letters and digits; required when there is any identity for invoices. Format the cell as text'],
  taxBank: ['开户银行', 'Bank'],
  taxAccount: ['银行账号。请设为文本格式，否则表格会丢失数字', 'Bank account. Format the cell as text, else the sheet loses digits'],
  taxAddress: ['开票地址', 'Address on invoices'],
  taxPhone: ['开票电话', 'Phone on invoices'],
  agreementNumber: ['协议编号；协议三列须同时填写', 'Number of the agreement; its three columns go together'],
  validFrom: date,
  validTo: date,

  username: ['登录名：最多 40 个字母、数字、点、横线，不重复', 'Sign-in: at most 40 letters, digits, dots and dashes; each once'],
  'users.name': ['姓名，最多 60 个字符', 'Name of the person, at most 60 characters'],
  role: [
    'service_clerk 售后专员、service_supervisor 售后主管、warehouse_keeper 仓库、finance_clerk 财务、quality_engineer 质量、admin 管理员、auditor 审计、dealer_manager 经销商、dealer_technician 维修人员',
    'One of the list; a dealer’s people are dealer_manager or dealer_technician',
  ],
  'users.dealerCode': ['经销商角色必填；经销商自己导入时可留空。厂方角色须留空', 'Required for a dealer’s roles, unless the dealer itself imports; empty for the manufacturer’s'],
  warehouseCode: ['只用于 warehouse_keeper：仓库代码', 'For warehouse_keeper only: code of the site'],

  'models.code': ['1 到 40 个字母、数字和 -_./；每类配件一行，同一型号可有多行', '1 to 40 letters, digits and -_./; a row for each class of parts, so that a model may have several'],
  'models.name': ['最多 200 个字符；同一型号的后续行可留空', 'At most 200 characters; may be empty in further rows of a model'],
  'models.nameEn': ['最多 200 个字符', 'At most 200 characters'],
  family: ['产品系列目录中的代码（须先添加系列）；同一型号的后续行可留空', 'Code of the catalogue of families, to which it must have been added; may be empty in further rows of a model'],
  partClass: ['配件类别，小写字母、数字和 _；* 或留空表示其他所有配件', 'Class of parts in lower snake case; * or empty for all others'],
  months: ['0 到 600 的整数', 'A whole number from 0 to 600'],
  coversParts: yesNo('留空为是', 'empty means yes'),
  coversLabour: yesNo('留空为是', 'empty means yes'),
  startBasis: ['purchase（购买）或 commissioning（安装）；留空为购买', 'purchase or commissioning; empty means purchase'],
  replacementMonths: ['更换件自己的保修月数，0 到 600；留空为 0', 'Own months of a replaced part, 0 to 600; empty means 0'],

  'customers.dealerCode': ['已启用的经销商的代码；经销商自己导入时可留空', 'Code of an active dealer; may be empty when the dealer itself imports'],
  'customers.name': ['最多 100 个字符', 'At most 100 characters'],
  phones: ['1 到 5 个电话，每个 7 到 15 位数字，用、或逗号分隔', '1 to 5 phones of 7 to 15 digits each, parted by commas'],
  language: ['zh-CN 或 en；留空为 zh-CN', 'zh-CN or en; empty means zh-CN'],
  consentService: yesNo('留空为否', 'empty means no'),
  consentMarketing: yesNo('留空为否', 'empty means no'),
  sharedPhone: yesNo('电话已有其他档案而确为共用时填是', 'yes when another file has the phone and a family shares it'),
  'customers.serial': ['已登记的产品序列号；同一用户的其他产品另起一行，重复经销商、姓名和电话', 'Serial of a registered unit; each further unit of a customer has a row that repeats dealer, name and phones'],
  'past-installations.serial': ['已登记的产品序列号，每个一行', 'Serial of a registered unit, each in one row'],
  customerNumber: ['已有用户的编号；填写后无须再填姓名、电话和地址', 'Number of an existing customer; then name, phone and address are not needed'],
  customerName: ['新用户的姓名，最多 100 个字符；本店已登记销售的产品可留空', 'Name of a new customer, at most 100 characters; may be empty for a unit whose sale is recorded'],
  phone: ['新用户的电话，7 到 15 位数字；同一新用户的多个产品重复姓名和电话', 'Phone of a new customer, 7 to 15 digits; further units of a new customer repeat name and phone'],
  'past-installations.purchaseDate': ['购买日期，不早于发货；已登记销售的产品可留空', 'Day of purchase, not before the dispatch; may be empty for a unit whose sale is recorded'],
  acceptedOn: ['验收日期，须在报告的月份内', 'Day of the acceptance, within the month of the report'],
  purchaseDate: ['购买日期，不早于发货；留空表示不知道', 'Day of purchase, not before the dispatch; empty when nobody knows it'],
  salePrice: ['售价，整数不超过 10 位、小数不超过两位', 'At most 10 digits and 2 decimals'],
};
