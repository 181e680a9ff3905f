import type { NameParts } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Configuration } from './configuration.ts';
import { Misuse, type Ssl } from './ssl.ts';

/** What `req` asks where nobody says: the question, the type, and what stands in brackets. As in Ubuntu's openssl.cnf. */
const QUESTIONS: readonly (readonly [question: string, type: string, preset: string])[] = [
  ['Country Name (2 letter code)', 'C', 'AU'],
  ['State or Province Name (full name)', 'ST', 'Some-State'],
  ['Locality Name (eg, city)', 'L', ''],
  ['Organization Name (eg, company)', 'O', 'Internet Widgits Pty Ltd'],
  ['Organizational Unit Name (eg, section)', 'OU', ''],
  ['Common Name (e.g. server FQDN or YOUR name)', 'CN', ''],
  ['Email Address', 'emailAddress', ''],
];

const INTRODUCTION = `You are about to be asked to enter information that will be incorporated
into your certificate request.
What you are about to enter is what is called a Distinguished Name or a DN.
There are quite a few fields but you can leave some blank
For some fields there will be a default value,
If you enter '.', the field will be left blank.
-----
`;

/** The subject: of -subj, of the configuration where that has no questions, or of the answers on standard input. */
export function* subjectOf(call: Ssl, configuration: Configuration | undefined): Steps<NameParts> {
  const given = call.given.get('subj');
  if (given !== undefined) return readSubject(given);
  const section = configuration?.value('req', 'distinguished_name');
  if (configuration && section !== undefined && configuration.value('req', 'prompt') === 'no')
    return configuration.entries(section).map(([type, value]) => [shortName(type), value] as const);
  return yield* askSubject(call);
}

function* askSubject(call: Ssl): Steps<NameParts> {
  const { context } = call;
  yield* context.err(INTRODUCTION);
  const parts: [string, string][] = [];
  for (const [question, type, preset] of QUESTIONS) {
    yield* context.err(`${question} [${preset}]:`);
    const answer = yield* readAnswer(context);
    if (answer === undefined) throw new Misuse('Error making certificate request');
    const value = answer === '' ? preset : answer;
    if (value !== '' && value !== '.') parts.push([type, value]);
  }
  if (parts.length === 0)
    throw new Misuse('Error: No objects specified in config file\nError making certificate request');
  if (call.has('x509')) return parts;
  yield* context.err(
    "\nPlease enter the following 'extra' attributes\nto be sent with your certificate request\n",
  );
  for (const question of ['A challenge password []:', 'An optional company name []:']) {
    yield* context.err(question);
    const answer = yield* readAnswer(context);
    if (answer !== undefined && answer !== '' && answer !== '.')
      throw new Misuse('req: extra attributes are not supported by this build');
  }
  return parts;
}

/** A line of standard input; undefined at its end. */
function* readAnswer(context: Ssl['context']): Steps<string | undefined> {
  let line = '';
  for (;;) {
    const char = yield* context.read(0, 1);
    if (char === '') return line === '' ? undefined : line;
    if (char === '\n') return line.trim();
    line += char;
  }
}

/** `/O=dev/CN=jane`. */
function readSubject(text: string): NameParts {
  if (!text.startsWith('/'))
    throw new Misuse(
      `req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '${text}'`,
    );
  return [...text.matchAll(/\/([A-Za-z0-9.]+)=((?:\\.|[^/\\])*)/g)].map(
    ([, type, value]) => [type as string, (value as string).replace(/\\(.)/g, '$1')] as const,
  );
}

const LONG_NAMES: Readonly<Record<string, string>> = {
  commonName: 'CN',
  countryName: 'C',
  localityName: 'L',
  organizationName: 'O',
  organizationalUnitName: 'OU',
  stateOrProvinceName: 'ST',
};

/** `commonName` and `1.O` are CN and O. */
function shortName(type: string): string {
  const bare = type.replace(/^\d+\./, '');
  return LONG_NAMES[bare] ?? bare;
}
