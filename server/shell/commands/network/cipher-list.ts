import { OPENSSL_SUITES } from '../../../host/index.ts';

/** Words of a cipher list that stand for several suites. */
const WORDS: Readonly<Record<string, RegExp>> = {
  ALL: /(?:)/,
  DEFAULT: /(?:)/,
  HIGH: /(?:)/,
  ECDHE: /^ECDHE/,
  EECDH: /^ECDHE/,
  kECDHE: /^ECDHE/,
  kRSA: /^AES/,
  ECDSA: /ECDSA/,
  aECDSA: /ECDSA/,
  aRSA: /^(?!ECDHE-ECDSA)/,
  AES: /AES/,
  AES128: /AES128/,
  AES256: /AES256/,
  AESGCM: /GCM/,
  CHACHA20: /CHACHA20/,
  SHA: /-SHA$/,
  SHA1: /-SHA$/,
  SHA256: /AES\d+-SHA256$/,
  SHA384: /AES\d+-SHA384$/,
};

/** The suites of TLS 1.2 that a list in OpenSSL's words chooses, e.g. `ECDHE+AESGCM:!aECDSA`; none where nothing fits. */
export function chosenSuites(list: string): string[] {
  let chosen: string[] = [];
  for (const item of list.split(/[:, ]+/)) {
    const [, sign, words = ''] = /^([!+-]?)(.*)$/.exec(item) ?? [];
    if (words === '' || words.startsWith('@')) continue;
    const named = OPENSSL_SUITES.filter((suite) => !suite.startsWith('TLS_') && fits(suite, words));
    if (sign === '!' || sign === '-') chosen = chosen.filter((suite) => !named.includes(suite));
    else if (sign === '') chosen = [...chosen, ...named.filter((suite) => !chosen.includes(suite))];
  }
  return chosen;
}

function fits(suite: string, words: string): boolean {
  return words.split('+').every((word) => suite === word || (WORDS[word]?.test(suite) ?? false));
}
