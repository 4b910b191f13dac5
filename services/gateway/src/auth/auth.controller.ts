import { Body, Controller, Inject, Req, Res } from '@nestjs/common';
import { SERVICE_CONFIG, type ServiceConfig } from '@aftercare/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Change, Read } from '../http/endpoint.js';
import { ChangePasswordDto, LoginDto } from './auth.dto.js';
import { doneAnswer, signedInAnswer } from './auth.schemas.js';
import { giveToken, sessionToken, takeToken } from './session-cookie.js';
import { Sessions, type SessionUser } from './sessions.js';
import { SignIn } from './sign-in.js';

@Controller('auth')
export class AuthController {
  /** Cookies are marked for TLS where people reach the system over TLS. */
  private readonly secure: boolean;

  constructor(
    private readonly signIn: SignIn,
    private readonly sessions: Sessions,
    @Inject(SERVICE_CONFIG) config: ServiceConfig,
  ) {
    this.secure = config.http?.publicUrl.startsWith('https:') ?? false;
  }

  @Change('login', 'auth.sign-in', signedInAnswer)
  async login(@Body() body: LoginDto, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<{ user: SessionUser }> {
    const former = sessionToken(request);
    const { token, user } = await this.signIn.signIn(body.username, body.password);
    if (former) await this.sessions.close(former);
    giveToken(reply, token, this.secure);
    return { user };
  }

  @Change('logout', 'auth.own', doneAnswer)
  async logout(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<{ done: true }> {
    await this.sessions.close(sessionToken(request));
    takeToken(reply, this.secure);
    return { done: true };
  }

  @Read('me', 'auth.own', signedInAnswer)
  async me(@Req() request: FastifyRequest): Promise<{ user: SessionUser | null }> {
    return { user: await this.sessions.find(sessionToken(request)) };
  }

  @Change('change-password', 'auth.own', doneAnswer)
  async changePassword(@Body() body: ChangePasswordDto, @Req() request: FastifyRequest): Promise<{ done: true }> {
    await this.signIn.changePassword({ current: body.currentPassword, next: body.newPassword }, sessionToken(request));
    return { done: true };
  }
}
