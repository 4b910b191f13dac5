import { Body, Controller, Query } from '@nestjs/common';
import { Change, Create, List, Read, Replace } from '../http/endpoint.js';
import { PathId } from '../http/path-id.js';
import { ChangeUserDto, CreateUserDto, ListUsersQuery, UpdateUserDto } from './auth.dto.js';
import { userAnswer, userRefAnswer, usersAnswer } from './auth.schemas.js';
import { UserAccounts, type UserRef, type UserView } from './user-accounts.js';

@Controller('users')
export class UsersController {
  constructor(private readonly accounts: UserAccounts) {}

  @Create('', 'user.create', userRefAnswer)
  create(@Body() body: CreateUserDto): Promise<UserRef> {
    return this.accounts.create(body);
  }

  @List('', 'user.read', usersAnswer)
  list(@Query() query: ListUsersQuery): Promise<{ items: UserView[]; nextCursor: string }> {
    return this.accounts.list(query);
  }

  @Read(':id', 'user.read', userAnswer)
  get(@PathId() id: string): Promise<UserView> {
    return this.accounts.get(id);
  }

  @Replace(':id', 'user.change', userRefAnswer)
  update(@PathId() id: string, @Body() body: UpdateUserDto): Promise<UserRef> {
    return this.accounts.update(id, body);
  }

  @Change(':id/disable', 'user.change', userRefAnswer)
  disable(@PathId() id: string, @Body() body: ChangeUserDto): Promise<UserRef> {
    return this.accounts.setDisabled(id, true, body);
  }

  @Change(':id/enable', 'user.change', userRefAnswer)
  enable(@PathId() id: string, @Body() body: ChangeUserDto): Promise<UserRef> {
    return this.accounts.setDisabled(id, false, body);
  }

  @Change(':id/reset-password', 'user.change', userRefAnswer)
  resetPassword(@PathId() id: string, @Body() body: ChangeUserDto): Promise<UserRef> {
    return this.accounts.resetPassword(id, body);
  }
}
