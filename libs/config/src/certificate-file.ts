import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { fileText } from './file-text.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** A path, read to the certificates in it. */
export const certificates = z
  .string()
  .transform(fileText)
  .refine((text) => {
    const found = text.match(CERTIFICATE) ?? [];
    return found.length > 0 && found.every(isCertificate);
  }, 'must hold certificates in PEM, which begin with -----BEGIN CERTIFICATE-----');

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
