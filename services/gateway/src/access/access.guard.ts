import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { isDealerRole } from '@aftercare/domain';
import { enterContext, permissionDenied, ServiceError, type CallContext } from '@aftercare/messaging';
import { SERVICE_CONFIG, type ServiceConfig } from '@aftercare/service';
import type { FastifyReply } from 'fastify';
import { Callers } from '../auth/callers.js';
import type { SessionUser } from '../auth/sessions.js';
import type { CallerRequest } from '../http/caller.js';
import { ENDPOINT, type Endpoint } from '../http/endpoint.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../http/gateway-settings.js';
import { wantsSheet } from '../http/sheet.js';
import { RateLimit } from '../http/rate-limit.js';
import { allowedAfterTermination, isPublic, rolesOf } from './access-table.js';
import { isCrossSite } from './cross-site.js';

/** Answers are JSON text that nobody parses again; a file has its own type. */
const JSON_TYPE = 'application/json; charset=utf-8';
const KEY_LENGTH_MAX = 200;
const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * The gate of every endpoint: who asks, from where, and whether his role may do this at all (403). Which rows he may do it on
 * is the owning service's answer (404). It runs before the body is looked at.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly users: RateLimit;
  private readonly addresses: RateLimit;

  constructor(
    private readonly reflector: Reflector,
    private readonly callers: Callers,
    @Inject(GATEWAY_SETTINGS) settings: GatewaySettings,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
  ) {
    this.users = new RateLimit(settings.userPerMinute);
    this.addresses = new RateLimit(settings.addressPerMinute);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<CallerRequest>();
    const endpoint = this.reflector.get<Endpoint | undefined>(ENDPOINT, context.getHandler());
    if (!endpoint) throw new ServiceError('internal', 'ENDPOINT_WITHOUT_ACTION', 'The endpoint names no action.');
    if (isCrossSite(request, this.config.http?.publicUrl)) throw permissionDenied('CROSS_SITE', 'The request comes from another site.');
    request.caller = isPublic(endpoint.action) ? this.anonymous(request) : await this.signedIn(request, endpoint);
    assertKey(endpoint, request.caller);
    enterContext(request.caller);
    const reply = http.getResponse<FastifyReply>().header('x-request-id', request.caller.requestId).header('cache-control', 'no-store');
    if (endpoint.answer?.format !== 'binary' && (!endpoint.list || !wantsSheet(request.query))) void reply.header('content-type', JSON_TYPE);
    return true;
  }

  private anonymous(request: CallerRequest): CallContext {
    this.addresses.count(request.ip);
    return this.callers.anonymous(request);
  }

  private async signedIn(request: CallerRequest, endpoint: Endpoint): Promise<CallContext> {
    const user = await this.callers.userOf(request);
    if (!user) {
      this.addresses.count(request.ip);
      throw new ServiceError('unauthenticated', 'SESSION_MISSING', 'Nobody is signed in.');
    }
    this.users.count(user.id);
    assertRole(user, endpoint);
    const caller = await this.callers.contextOf(request, user);
    if (caller.dealerStatus === 'terminated' && !allowedAfterTermination(endpoint.action, endpoint.reads)) {
      throw permissionDenied('DEALER_TERMINATED', 'The agreement with this dealer has ended.');
    }
    return caller;
  }
}

function assertRole(user: SessionUser, { action }: Endpoint): void {
  if (user.mustChangePassword && action !== 'auth.own') {
    throw permissionDenied('PASSWORD_CHANGE_REQUIRED', 'A one-time password must be changed first.');
  }
  if (!rolesOf(action).includes(user.role) || isDealerRole(user.role) !== (user.dealerId !== null)) {
    throw permissionDenied('ROLE_NOT_ALLOWED', 'The role may not do this.');
  }
}

/** creates and money moves need a key; whoever sends one elsewhere gets its protection as well. */
function assertKey(endpoint: Endpoint, { idempotencyKey }: CallContext): void {
  if (idempotencyKey === undefined) {
    if (endpoint.keyed) throw new ServiceError('invalid_argument', 'IDEMPOTENCY_KEY_MISSING', 'The request needs an Idempotency-Key.', { field: 'Idempotency-Key' });
    return;
  }
  if (idempotencyKey.length > KEY_LENGTH_MAX || !PRINTABLE.test(idempotencyKey)) {
    throw new ServiceError('invalid_argument', 'IDEMPOTENCY_KEY_INVALID', 'The Idempotency-Key is not 1 to 200 printable characters.', { field: 'Idempotency-Key' });
  }
}
