import { Param, ParseUUIDPipe } from '@nestjs/common';
import { ServiceError } from '@aftercare/messaging';

/** An id in the path. Errors: invalid_argument INVALID_FIELD for anything but a UUID. */
export const PathId = (name = 'id'): ParameterDecorator =>
  Param(name, new ParseUUIDPipe({
    exceptionFactory: () => new ServiceError('invalid_argument', 'INVALID_FIELD', 'The id in the path is not a UUID.', { field: name, check: 'id' }),
  }));
