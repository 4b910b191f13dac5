import { ROLES } from '@aftercare/domain';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength, ValidateIf } from 'class-validator';
import { Code, Id, OneOf, Text } from '../http/fields.js';
import { PageQuery, Sort } from '../http/paging.js';
import { VersionDto } from '../http/shared.dto.js';

const PASSWORD_INPUT_MAX = 512;

/** A password is taken as it is: never trimmed, never shown; its rules are told one by one when it is a new one. */
function Password({ optional = false } = {}): PropertyDecorator {
  const minLength = optional ? 0 : 1;
  return applyDecorators(
    ApiProperty({ type: String, format: 'password', minLength, maxLength: PASSWORD_INPUT_MAX, required: !optional }),
    ...(optional ? [ValidateIf((_object, value) => value !== undefined)] : []),
    IsString(), MinLength(minLength), MaxLength(PASSWORD_INPUT_MAX),
  );
}

export class LoginDto {
  @Text(60) username: string;
  @Password() password: string;
}

export class ChangePasswordDto {
  @Password() currentPassword: string;
  @Password() newPassword: string;
}

export class CreateUserDto {
  @Code(40) username: string;
  @Text(60) name: string;
  @OneOf(ROLES) role: string;
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) siteId?: string;
  /** Without one, a one-time password is answered. */
  @Password({ optional: true }) password?: string;
  /** Who of the dealer asked; for the clerk, who acts on its behalf. */
  @Text(100, { optional: true }) askedBy?: string;
}

/** A change of state of an account. */
export class ChangeUserDto extends VersionDto {
  /** Who of the dealer asked; for the clerk, who acts on its behalf. */
  @Text(100, { optional: true }) askedBy?: string;
}

export class UpdateUserDto extends ChangeUserDto {
  @Text(60) name: string;
  @OneOf(ROLES) role: string;
  @Id({ optional: true }) siteId?: string;
}

export class ListUsersQuery extends PageQuery {
  @Text(60, { optional: true }) q?: string;
  @OneOf(ROLES, { optional: true }) role?: string;
  @Id({ optional: true }) dealerId?: string;
  @Sort('username') sort?: string;
}
