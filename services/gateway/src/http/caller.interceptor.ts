import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { runInContext, traced } from '@aftercare/messaging';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { CallerRequest } from './caller.js';

/** Runs the handler as its caller, so that bus and database know who asks; answers are JSON text that nobody parses again. */
@Injectable()
export class CallerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const http = context.switchToHttp();
    const { caller } = http.getRequest<CallerRequest>();
    if (!caller) return next.handle();
    const reply = http.getResponse<FastifyReply>();
    void reply.header('content-type', 'application/json; charset=utf-8').header('x-request-id', caller.requestId).header('cache-control', 'no-store');
    const name = `${context.getClass().name}.${context.getHandler().name}`;
    return from(traced({ name, kind: 'server', traceparent: caller.traceparent }, (traceparent) =>
      runInContext({ ...caller, traceparent }, () => lastValueFrom(next.handle() as Observable<unknown>))));
  }
}
