export {
  type Certificate,
  type CertificateOptions,
  certificateForKey,
  certificateKey,
  fingerprint,
  type KeyPair,
  parseCertificate,
  parseCertificates,
  publicKeyHash,
  type SignatureAlgorithm,
  signCertificate,
} from './certificate.ts';
export { DerError } from './der.ts';
export {
  type ExtendedUsage,
  type ExtensionName,
  type Extensions,
  KEY_USAGES,
  type KeyUsage,
  type Place,
} from './extensions.ts';
export {
  generateEcKey,
  generateRsaKey,
  privateKey,
  publicKey,
  publicKeyOf,
  publicKeyPem,
  type RsaBits,
  signBytes,
  signJws,
} from './keys.ts';
export { commonNameOf, type NameParts, organizationsOf, type Subject, showName, writeName } from './names.ts';
export { type PemBlock, pemBlocks, toPem } from './pem.ts';
export { type CertificateRequest, createRequest, parseRequest, type RequestOptions } from './request.ts';
export { signedBy, type VerifyOptions, verifyChain } from './verify.ts';
