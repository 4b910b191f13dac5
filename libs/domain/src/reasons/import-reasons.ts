import type { Sentence } from './sentence.js';

/** What may be wrong with a row of an import beside what the documents' own rules say (X-9). */
export const importReasons: Record<string, Sentence> = {
  YES_OR_NO: ['请填 “是” 或 “否”。', 'Write yes or no.'],
  ROW_DOUBLE: ['文件中已有相同的一行。请删去重复行。', 'An earlier row says the same. Take this one out.'],
  ROWS_DIFFER: ['与文件中前面同一条目的内容不同。请改为一致，或留空。', 'An earlier row says otherwise of the same thing. Make them agree, or leave it empty.'],
  KNOWN_OTHERWISE: ['系统中已有此条目，但内容不同。请改正此格，或在系统中修改原有条目。', 'It is registered already with another value. Correct the cell, or change what is registered.'],
  ROLE_UNKNOWN: ['没有这个角色。请从列表中选择。', 'There is no such role. Choose one of the list.'],
  SHEET_READING_LOST: ['表格读取中断，没有导入任何内容。请稍后重新上传；反复中断时请拆分为较小的表格。', 'Reading the sheet broke off, and nothing was imported. Send it again in a while; if it keeps breaking off, part it into smaller sheets.'],
  UPLOAD_BROKEN_OFF: ['上传中途中断，数据没有全部到达，也没有导入任何内容。请重新上传同一文件。', 'The upload broke off before all its rows had arrived, and nothing was imported. Send the same file again.'],
  IMPORT_NOT_DONE: ['导入尚未完成，或没有新开账号。请查看任务状态。', 'The import is not done, or it opened no accounts. Look at its job.'],
  BASIS_UNKNOWN: ['起算方式须为 purchase（购买）或 commissioning（安装）。', 'Terms are counted from purchase or commissioning.'],
  PART_CLASS_INVALID: ['配件类别须以英文字母开头，只含字母、数字和 _，最多 40 个字符，例如 ceramic_body，与保修条款中的类别一致。', 'A part class begins with a letter and has letters, digits and _ only, 40 at most, as in ceramic_body. Write the class that the warranty terms name.'],
  SERIAL_INVALID: ['序列号格式不正确。请按铭牌填写字母、数字和横线。', 'This is no serial number. Write it as on the type plate: letters, digits and dashes.'],
  SERIAL_KNOWN: ['该序列号已登记，但内容不同。请核对此行，或删去。', 'The serial is registered already with other data. Check the row, or take it out.'],
  DEALER_LEFT: ['该经销商已终止。请填写其他经销商。', 'The agreement with this dealer has ended. Name another one.'],
  DISPATCHED_BEFORE_MADE: ['发货日期早于生产日期。请更正。', 'It was dispatched before it was made. Correct the dates.'],
  SERIAL_NOT_OF_DEALER: ['该序列号未登记，或不是发给该经销商的产品。请核对，或在产品页面单独登记销售。', 'The serial is not registered, or the unit came through another dealer. Check it, or sell that unit on its own page.'],
};
