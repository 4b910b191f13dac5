import type { Sentence } from './sentence.js';

/** Reasons of quality reports, the fault catalogue, reimbursements and spot checks. */
export const qualityReasons: Record<string, Sentence> = {
  DIMENSION_UNKNOWN: ['不能按此维度统计。请从 {{allowed}} 中选择。', 'There are no figures by this. Choose one of: {{allowed}}.'],
  HINT_UNKNOWN: ['没有这种提示。请从 {{allowed}} 中选择。', 'There is no such hint. Choose one of: {{allowed}}.'],
  ONLY_UNKNOWN: ['没有这种筛选。请从 {{allowed}} 中选择。', 'There is no such selection. Choose one of: {{allowed}}.'],
  CALL_NOT_ROUTED: ['叫修还没有派给经销商。请先派单。', 'No dealer has this call yet. Route it first.'],
  DESIGN_DEFECT_MARKED: ['书面报告 {{number}} 已标记为设计缺陷。', 'Report {{number}} is marked as a design defect already.'],
  AFFECTED_MISSING: ['缺少涉及的序列号或批次。请至少填一个。', 'The affected serials or lots are missing. Name at least one.'],
  ANSWER_INCOMPLETE: ['缺少处理措施。请填写。', 'The answer does not say what is to be done. Write it.'],
  WARNING_MISSING: ['缺少给其他经销商的提醒内容。请填写。', 'The warning to other dealers is missing. Write what they should know.'],
  CODE_NOT_BELOW: ['该代码不在 {{above}} 之下。请选择其下级代码。', 'This code does not stand below {{above}}. Choose one that does.'],
  DIMENSION_NOT_OF_STAGE: ['该问题维度不属于产品所处阶段。请从该阶段的列表中选择。', 'This problem dimension is not of the unit’s stage. Choose one of its list.'],
  DATE_BEFORE_CALL: ['日期早于叫修日期。请更正。', 'The day lies before the call. Correct it.'],
  PAYEE_INVALID: ['收款人不正确。请选择收款方，并填写户名和账号。', 'The payee is wrong. Say who is paid, with name and account.'],
  APPROVED_TOO_MUCH: ['批准金额不能超过申请金额 {{amount}}。', 'At most the claimed {{amount}} can be approved.'],
  WAY_UNKNOWN: ['没有这种告知方式。请从列表中选择。', 'There is no such way of telling. Choose one of the list.'],
  SAMPLE_SIZE_INVALID: ['抽查数量不正确。请填 1 到 {{max}}。', 'The size of the sample is wrong. Give 1 to {{max}}.'],
  SEED_INVALID: ['抽样种子不正确。请用字母、数字、横线，最多 40 个。', 'The seed is wrong. Use letters, digits and dashes, at most 40.'],
  NOTHING_TO_CHECK: ['该经销商在此期间没有已归档的维修记录。请换一个期间。', 'The dealer has no filed record in this period. Choose another.'],
  POINTS_INCOMPLETE: ['核查项目未填完整。请逐项填写，或标记为未联系上。', 'The points are not complete. Answer each once, or say that nobody was reached.'],
  FINDING_MISSING: ['缺少核查发现。请说明不符之处。', 'The finding is missing. Say what differs.'],
  GUIDANCE_MISSING: ['缺少指导意见。请说明经销商应如何改进。', 'The guidance is missing. Say what the dealer should do better.'],
  ITEMS_OPEN: ['还有 {{open}} 条记录未核查。请先核查。', '{{open}} records are not checked yet. Check them first.'],
  SOURCE_INVALID: ['来源不正确。请填写一份书面报告，或统计图中一项的筛选条件。', 'The source is wrong. Name one quality report, or the filters of one bar of the figures.'],
  DUE_DATES_UNORDERED: ['期限顺序不对：后一步不能早于前一步。请更正。', 'The due dates are not in order: no step is due before the one that precedes it. Correct them.'],
};
