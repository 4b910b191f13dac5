import type { Sentence } from '@aftercare/domain';

/** Sentences of notices by kind; `number` is the document's, the rest comes with the notice. */
export const notices: Record<string, Sentence> = {
  'call.to_route': ['新叫修 {{number}} 等待派给经销商。', 'Call {{number}} waits to be routed to a dealer.'],
  'call.routed': ['叫修 {{number}} 已派给您，请安排。', 'Call {{number}} was routed to you; please assign it.'],
  'call.sla_warning': ['叫修 {{number}} 即将超时，到期 {{dueAt}}。', 'Call {{number}} is about to run out of time; due {{dueAt}}.'],
  'call.sla_breach': ['叫修 {{number}} 已超时（{{at}}）。', 'Call {{number}} has run out of time ({{at}}).'],
  'call.sla_escalation': ['叫修 {{number}} 超过 48 小时仍未解决。', 'Call {{number}} is not solved after 48 hours.'],
  'call.unconfirmed': ['叫修 {{number}} 的维修记录尚未由用户确认。', 'The record of call {{number}} is not confirmed by the customer yet.'],
  'agreement.expires_soon': ['经销商 {{dealerCode}} 的协议 {{number}} 将在 {{days}} 天后（{{validTo}}）到期，请续签。', 'Agreement {{number}} of dealer {{dealerCode}} ends in {{days}} days ({{validTo}}); please renew it.'],
  'agreement.expires_today': ['经销商 {{dealerCode}} 的协议 {{number}} 今天（{{validTo}}）到期。', 'Agreement {{number}} of dealer {{dealerCode}} ends today ({{validTo}}).'],
  'certificate.expires_soon': ['{{family}} 的培训证书 {{number}} 将于 {{validUntil}} 到期，请安排培训。', 'Certificate {{number}} for {{family}} ends on {{validUntil}}; please plan a training.'],
  'certificate.expires_today': ['{{family}} 的培训证书 {{number}} 今天（{{validUntil}}）到期。', 'Certificate {{number}} for {{family}} ends today ({{validUntil}}).'],
  'bulletin.published': ['产品资料 {{number}} 已发布，请阅读。', 'Product information {{number}} was published; please read it.'],
  'quality_report.due': ['书面报告 {{number}} 须在 {{dueAt}} 前提交。', 'Quality report {{number}} is due by {{dueAt}}.'],
  'quality_report.submitted': ['书面报告 {{number}} 已提交，请查阅。', 'Quality report {{number}} was handed in; please read it.'],
  'quality_report.overdue': ['书面报告 {{number}} 已逾期（{{dueAt}}）。', 'Quality report {{number}} is overdue since {{dueAt}}.'],
  'parts.request_submitted': ['材料需求表 {{number}} 等待审核。', 'Parts request {{number}} waits for review.'],
  'parts.request_quoted': ['材料需求表 {{number}} 有 {{lines}} 行报价，请接受或拒绝。', 'Parts request {{number}} has {{lines}} quoted lines; please accept or decline.'],
  'parts.quote_accepted': ['材料需求表 {{number}} 的报价已接受（{{lines}} 行）。', 'The quote of parts request {{number}} was accepted ({{lines}} lines).'],
  'parts.quote_declined': ['材料需求表 {{number}} 的报价被拒绝（{{lines}} 行），请裁定。', 'The quote of parts request {{number}} was declined ({{lines}} lines); please decide.'],
  'parts.escalation_decided': ['材料需求表 {{number}} 已裁定：{{decision}}。', 'Parts request {{number}} was decided: {{decision}}.'],
  'parts.shipping_date_proposed': ['发货单 {{number}} 拟于 {{plannedDate}} 发货，请确认日期。', 'Shipping order {{number}} is planned for {{plannedDate}}; please agree.'],
  'parts.shipped': ['发货单 {{number}} 已发货（{{lines}} 行）。', 'Shipping order {{number}} has left ({{lines}} lines).'],
  'parts.discrepancy_opened': ['发货单 {{number}} 收货少 {{pieces}} 件，请核对。', 'Shipping order {{number}} arrived short by {{pieces}}; please check.'],
  'parts.discrepancy_decided': ['发货单 {{number}} 的差异（{{pieces}} 件）已处理：{{outcome}}。', 'The difference of shipping order {{number}} ({{pieces}} pieces) was decided: {{outcome}}.'],
  'parts.charged_shortage': ['发货单 {{number}} 的收费配件少 {{pieces}} 件，请冲销。', 'Charged parts of shipping order {{number}} are short by {{pieces}}; please reverse them.'],
  'obligation.due': ['配件 {{partNumber}} 有 {{outstanding}} 件今天（{{dueOn}}）到期退回。', '{{outstanding}} of part {{partNumber}} are due back today ({{dueOn}}).'],
  'obligation.overdue': ['配件 {{partNumber}} 有 {{outstanding}} 件逾期未退（{{dueOn}}）。', '{{outstanding}} of part {{partNumber}} are overdue since {{dueOn}}.'],
  'return.passed_on': ['退料 {{number}} 已由中转站转出。', 'Return {{number}} was passed on by the transit site.'],
  'return.counted': ['退料 {{number}} 已清点。', 'Return {{number}} was counted.'],
  'return.difference': ['退料 {{number}} 清点数与申报不符。', 'The count of return {{number}} differs from what was announced.'],
  'invoice.issued': ['发票 {{invoiceNumber}} 已开具，价税合计 {{grossTotal}}。', 'Invoice {{invoiceNumber}} was issued; total with tax {{grossTotal}}.'],
  'payment.posted_by_itself': ['到款 {{number}}（{{amount}}）已自动入账，请核对。', 'Payment {{number}} ({{amount}}) was posted by itself; please check.'],
};

/** Codes that stand in sentences, by the name of the value and the code. */
export const words: Record<string, Sentence> = {
  'decision.lower': ['降低价格', 'the price is lowered'],
  'decision.waive': ['免收费用', 'the charge is waived'],
  'decision.reject': ['驳回', 'rejected'],
  'outcome.shortage': ['确认少发', 'the pieces never left'],
  'outcome.refused': ['未予认可', 'not accepted'],
};
