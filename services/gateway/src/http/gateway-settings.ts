import { readSettings, type Environment } from '@aftercare/service';

/** Limits of the HTTP interface; a reverse proxy before it is named, else every caller has its address. */
export interface GatewaySettings {
  /** Requests a minute of one signed-in user; generous, since a page asks much at once. */
  userPerMinute: number;
  /** Requests a minute of one address that is not signed in: sign-in, one-time links. */
  addressPerMinute: number;
  trustProxy: boolean;
  /** The address on unit labels, which outlast an address of the platform; the public one without it. No trailing slash. */
  labelUrl?: string;
}

export const GATEWAY_SETTINGS = Symbol('gateway settings');

const MAX = 999_999_999;
/** Requests a minute without sign-in: few where strangers may try, many where stories and measurements run. */
const ADDRESS_PER_MINUTE = { production: 600, elsewhere: 60_000 };

/** Read once at the start. Throws ConfigError. */
export function readGatewaySettings(): GatewaySettings {
  return readSettings((environment) => {
    const { production, elsewhere } = ADDRESS_PER_MINUTE;
    const fallback = environment.raw('PROFILE') === 'production' ? production : elsewhere;
    return {
      userPerMinute: environment.integer('USER_REQUESTS_PER_MINUTE', { min: 1, max: MAX, fallback: 600_000, help: 'requests a minute of one signed-in user' }),
      addressPerMinute: environment.integer('ADDRESS_REQUESTS_PER_MINUTE', { min: 1, max: MAX, fallback, help: 'requests a minute of one address without sign-in' }),
      trustProxy: environment.oneOf('TRUST_PROXY', ['no', 'yes'], { fallback: 'no', help: 'yes when a reverse proxy sets X-Forwarded-For' }) === 'yes',
      labelUrl: labelUrl(environment),
    };
  });
}

function labelUrl(environment: Environment): string | undefined {
  if (environment.raw('LABEL_URL') === undefined) return undefined;
  return environment.url('LABEL_URL', ['http', 'https'], { help: 'the address on unit labels, e.g. https://service.example.com' }).replace(/\/$/, '');
}
