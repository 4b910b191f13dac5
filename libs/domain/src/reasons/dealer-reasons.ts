import type { Sentence } from './sentence.js';

/** Reasons that a dealer's user reads otherwise than the manufacturer's staff, since he cannot do what they can (D-1). */
export const dealerReasons: Record<string, Sentence> = {
  DEALER_NOT_ACTIVE: ['经销商未启用、已暂停或已终止，现在不能进行此操作。请联系厂方售后服务部。', 'The dealer is not active or is suspended: this is not possible now. Ask the manufacturer’s service department.'],
  DEALER_SUSPENDED: ['经销商已暂停：不能新增客户、销售和备货申请。请联系厂方售后服务部。', 'The dealer is suspended: no new customers, sales or stock requests. Ask the manufacturer’s service department.'],
};
