import { Param, type PipeTransform } from '@nestjs/common';
import { isRealMonth } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';

const MONTH: PipeTransform<unknown, string> = {
  transform(value) {
    if (isRealMonth(value)) return value;
    throw new ServiceError('invalid_argument', 'MONTH_INVALID', 'A month is written as 2026-03.', { field: 'month', check: 'month' });
  },
};

/** A month in the path, yyyy-mm. Errors: MONTH_INVALID. */
export const PathMonth = (): ParameterDecorator => Param('month', MONTH);
