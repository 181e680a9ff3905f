import { Refusal } from '../core/tool.ts';

/** Options of the real one that nothing here stands behind. */
export const REFUSED =
  'x|proxy= F|form= c|cookie-jar= K|config= C|continue-at= Z|parallel U|proxy-user= socks5= z|time-cond= n|netrc ftp-port= t|telnet-option= r|range=';

export const OPTIONS = `s|silent S|show-error i|include I|head v|verbose o|output= O|remote-name X|request= d|data|data-ascii= data-raw= data-binary= data-urlencode= json= G|get H|header= k|insecure L|location location-trusted max-redirs= f|fail fail-with-body fail-early m|max-time= connect-timeout= w|write-out= u|user= resolve= connect-to= interface= cacert= capath= E|cert= key= cert-type= key-type= A|user-agent= e|referer= b|cookie= T|upload-file= retry= retry-delay= retry-max-time= retry-connrefused retry-all-errors 4|ipv4 6|ipv6 0|http1.0 http1.1 http2 http2-prior-knowledge compressed N|no-buffer #|progress-bar no-progress-meter g|globoff unix-socket= oauth2-bearer= q|disable D|dump-header= create-dirs output-dir= path-as-is url= noproxy= tlsv1.2 tlsv1.3 tls-max= ciphers= stderr= V h ${REFUSED}`;

const NUMERIC = new Set('max-redirs max-time connect-timeout retry retry-delay retry-max-time'.split(' '));
const TRY = "curl: try 'curl --help' or 'curl --manual' for more information\n";
const USAGE_ERROR = 2;

interface Option {
  readonly names: readonly string[];
  readonly takesValue: boolean;
}

const KNOWN: readonly Option[] = OPTIONS.replace(' V h ', ' V|version h|help ')
  .split(' ')
  .map((word) => ({
    names: word.replace(/=$/, '').split('|'),
    takesValue: word.endsWith('='),
  }));

/** The complaint about a word of the command line, as curl prints it. */
export function refuse(word: string, why: string): Refusal {
  return new Refusal(`curl: option ${word}: ${why}\n${TRY}`, USAGE_ERROR);
}

/**
 * The command line as other tools would have it: `--name` or `--name=value`, then what is to be fetched. curl itself
 * takes no `=`, any beginning of a name, and `--no-` before what is on or off. Models src/tool_getparam.c getparameter
 */
export function plainArguments(args: readonly string[]): string[] {
  const words = [...args];
  const given: string[] = [];
  const urls: string[] = [];
  while (words.length > 0) {
    const word = words.shift() as string;
    if (word === '--') urls.push(...words.splice(0));
    else if (word.startsWith('--')) long(word, words, given);
    else if (word.startsWith('-') && word !== '-') short(word, words, given);
    else urls.push(word);
  }
  return [...given, '--', ...urls];
}

function long(word: string, words: string[], given: string[]): void {
  const name = word.slice(2);
  const option = named(word, name);
  if (option) return void given.push(plain(word, option, option.takesValue ? words.shift() : undefined));
  const off = name.startsWith('no-') ? named(word, name.slice(3)) : undefined;
  if (!off) throw refuse(word, 'is unknown');
  if (off.takesValue) throw refuse(word, "used '--no-' for option that isn't a boolean");
  const on = plain(word, off, undefined);
  for (let at = given.indexOf(on); at >= 0; at = given.indexOf(on)) given.splice(at, 1);
}

function named(word: string, name: string): Option | undefined {
  const exact = KNOWN.find(({ names }) => name.length > 1 && names.includes(name));
  if (exact) return exact;
  const begun = KNOWN.filter(({ names }) => names.some((one) => one.length > 1 && one.startsWith(name)));
  if (begun.length > 1) throw refuse(word, 'is ambiguous');
  return begun[0];
}

function short(word: string, words: string[], given: string[]): void {
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] as string;
    const option = KNOWN.find(({ names }) => names.includes(letter));
    if (!option) throw refuse(word, 'is unknown');
    if (option.takesValue) {
      const rest = word.slice(at + 1);
      return void given.push(plain(word, option, rest === '' ? words.shift() : rest));
    }
    given.push(plain(word, option, undefined));
  }
}

function plain(word: string, option: Option, value: string | undefined): string {
  const name = option.names.find(({ length }) => length > 1);
  const hasLetterOnly = name === undefined || name === 'version' || name === 'help';
  const shown = hasLetterOnly ? `-${option.names[0]}` : `--${name}`;
  if (!option.takesValue) return shown;
  if (value === undefined) throw refuse(word, 'requires parameter');
  if (name !== undefined && NUMERIC.has(name) && !/^\d+(\.\d+)?$/.test(value))
    throw refuse(word, 'expected a proper numerical parameter');
  return `${shown}=${value}`;
}
