import { readSettings, type Environment } from '@aftercare/service';

/** Limits of the HTTP interface; a reverse proxy before it is named, else every caller has its address. */
export interface GatewaySettings {
  /** Requests a minute of one signed-in user; generous, since a page asks much at once. */
  userPerMinute: number;
  /** Requests a minute of one address that is not signed in: sign-in, one-time links. */
  addressPerMinute: number;
  /** Requests a minute of one address by the label's link, without sign-in: looks at a product, photos and calls. */
  publicPerMinute: number;
  trustProxy: boolean;
  /** The address on unit labels, which outlast an address of the platform; the public one without it. No trailing slash. */
  labelUrl?: string;
}

export const GATEWAY_SETTINGS = Symbol('gateway settings');

const MAX = 999_999_999;
/** Requests a minute without sign-in: few where strangers may try, many where stories and measurements run. */
const ADDRESS_PER_MINUTE = { production: 600, elsewhere: 60_000 };
/** A customer looks at his product, sends a handful of photos and one call. */
const PUBLIC_PER_MINUTE = { production: 20, elsewhere: 60_000 };

/** Read once at the start. Throws ConfigError. */
export function readGatewaySettings(): GatewaySettings {
  return readSettings((environment) => {
    const byProfile = ({ production, elsewhere }: Record<'production' | 'elsewhere', number>): number => (environment.raw('PROFILE') === 'production' ? production : elsewhere);
    return {
      userPerMinute: environment.integer('USER_REQUESTS_PER_MINUTE', { min: 1, max: MAX, fallback: 600_000, help: 'requests a minute of one signed-in user' }),
      addressPerMinute: environment.integer('ADDRESS_REQUESTS_PER_MINUTE', { min: 1, max: MAX, fallback: byProfile(ADDRESS_PER_MINUTE), help: 'requests a minute of one address without sign-in' }),
      publicPerMinute: environment.integer('PUBLIC_REQUESTS_PER_MINUTE', { min: 1, max: MAX, fallback: byProfile(PUBLIC_PER_MINUTE), help: 'requests a minute of one address by the label’s link' }),
      trustProxy: environment.oneOf('TRUST_PROXY', ['no', 'yes'], { fallback: 'no', help: 'yes when a reverse proxy sets X-Forwarded-For' }) === 'yes',
      labelUrl: labelUrl(environment),
    };
  });
}

function labelUrl(environment: Environment): string | undefined {
  if (environment.raw('LABEL_URL') === undefined) return undefined;
  return environment.url('LABEL_URL', ['http', 'https'], { help: 'the address on unit labels, e.g. https://service.example.com' }).replace(/\/$/, '');
}
