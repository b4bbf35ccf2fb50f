import type { SslOptions } from '../store-options.js';

/** As the driver wants it. */
export type Encryption = false | { rejectUnauthorized: boolean; ca?: string | undefined };

/** What the driver is told, without leaving anything to the environment: how to encrypt, and whom to believe. */
export function sslOptions({ sslMode, sslRootCertificates }: SslOptions): Encryption {
  switch (sslMode) {
    case 'disable':
      return false;
    case 'require':
      return { rejectUnauthorized: false };
    case 'verify-full':
      return { rejectUnauthorized: true, ca: sslRootCertificates };
  }
}
