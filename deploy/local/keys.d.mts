export interface Keys {
  trustedKeysFile: string;
  signingKeyFile(issuer: string): string;
}

export function makeKeys(folder: string, issuers: string[]): Keys;
export function secrets(folder: string): (name: string) => string;
