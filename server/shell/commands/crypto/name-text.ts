import { type NameParts, showName } from '../../../host/pki/index.ts';
import { Misuse } from './ssl.ts';

const LONG: Readonly<Record<string, string>> = {
  C: 'countryName',
  ST: 'stateOrProvinceName',
  L: 'localityName',
  O: 'organizationName',
  OU: 'organizationalUnitName',
  CN: 'commonName',
};
const escaped = (text: string): string => text.replace(/[,+"\\<>;]|^[ #]| $/g, '\\$&');

/** The forms that -nameopt names. */
const FORMS: Readonly<Record<string, (parts: NameParts) => string>> = {
  oneline: showName,
  RFC2253: (parts) =>
    parts
      .toReversed()
      .map(([type, value]) => `${type}=${escaped(value)}`)
      .join(','),
  compat: (parts) => parts.map(([type, value]) => `/${type}=${value}`).join(''),
  multiline: (parts) =>
    parts.map(([type, value]) => `\n    ${(LONG[type] ?? type).padEnd(25)} = ${value}`).join(''),
  sep_comma_plus: (parts) => parts.map(([type, value]) => `${type}=${value}`).join(','),
  sep_comma_plus_space: (parts) => parts.map(([type, value]) => `${type}=${value}`).join(', '),
};

/** A name in the form that -nameopt asks for. Models apps/lib/apps.c set_nameopt, for one form at a time. */
export function nameAs(parts: NameParts, option = 'oneline'): string {
  const [form = '', ...details] = option.split(',').filter((word) => !['utf8', 'esc_msb'].includes(word));
  const show = FORMS[form === 'rfc2253' ? 'RFC2253' : form];
  if (!show || details.length > 0) throw new Misuse(`x509: Invalid format "${option}" for option -nameopt`);
  return show(parts);
}
