import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  pbkdf2Sync,
} from 'node:crypto';
import { decode, encode } from '../../../host/index.ts';
import * as der from '../../../host/pki/der.ts';
import { parseCertificates, pemBlocks, publicKeyOf, showName, toPem } from '../../../host/pki/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { askSecret } from '../system/ask.ts';
import { queued } from './error-queue.ts';
import { encrypted, newPhrase, opened, phraseOf } from './pass-phrase.ts';
import { loadKey, Misuse, type Ssl } from './ssl.ts';

export const PKCS12_OPTIONS =
  'export in= out= inkey= certfile= CAfile= name= passin= passout= password= nodes noenc nokeys nocerts clcerts cacerts noout info legacy';

const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  x509: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  sha256: '2.16.840.1.101.3.4.2.1',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacSha256: '1.2.840.113549.2.9',
  aes256: '2.16.840.1.101.3.4.1.42',
} as const;
const ITERATIONS = 2048;

/** Models apps/pkcs12.c: packs a key with its certificates, or unpacks them. */
export function* pkcs12(call: Ssl): Steps<number> {
  return yield* call.has('export') ? pack(call) : unpack(call);
}

function* pack(call: Ssl): Steps<number> {
  const text = yield* call.read('in', 'certificates');
  const keyOption = call.has('inkey') ? 'inkey' : 'in';
  const keyText = call.has('inkey') ? yield* call.read('inkey', 'private key') : text;
  const source = call.source(keyOption);
  const key = loadKey(yield* opened(call, keyText, source), source);
  const more = call.has('certfile') ? yield* call.read('certfile', 'certificates') : '';
  const certificates = parseCertificates(text + more);
  const own = certificates.find(({ publicKey }) => publicKey.equals(publicKeyOf(key)));
  if (!own)
    throw new Misuse(`No cert in -in file '${call.source('in')}' matches private key\n${queued('mismatch')}`);
  const phrase = yield* exportPhrase(call);
  const id = createHash('sha1').update(own.der).digest();
  const labels = attributes(call.given.get('name'), id);
  const bags = [own, ...certificates.filter((one) => one !== own)].map((one) =>
    bag(
      OID.certificateBag,
      der.sequence(der.oid(OID.x509), der.context(0, der.octets(one.der))),
      one === own ? labels : undefined,
    ),
  );
  const shrouded = pemBlocks(encrypted(call, key, phrase))[0]?.der ?? Buffer.alloc(0);
  const safe = der.sequence(
    hiddenData(call, der.sequence(...bags), phrase),
    plainData(der.sequence(bag(OID.keyBag, shrouded, labels))),
  );
  const salt = Buffer.from(call.context.host.random.hex(16), 'hex');
  const mac = der.sequence(
    der.sequence(
      der.sequence(der.oid(OID.sha256), der.nothing()),
      der.octets(macOf(safe, phrase, salt, ITERATIONS)),
    ),
    der.octets(salt),
    der.integer(ITERATIONS),
  );
  yield* call.write(decode(der.sequence(der.integer(3), plainData(safe), mac)), 0o600);
  return 0;
}

function* exportPhrase(call: Ssl): Steps<string> {
  const given = call.given.get('passout') ?? call.given.get('password');
  if (given !== undefined) return yield* phraseOf(call, given);
  const first = yield* askSecret(call.context, 'Enter Export Password:');
  const second = yield* askSecret(call.context, 'Verifying - Enter Export Password:');
  if (first === undefined || first !== second) throw new Misuse("Can't read Password");
  return first;
}

const plainData = (content: Uint8Array): Buffer =>
  der.sequence(der.oid(OID.data), der.context(0, der.octets(content)));

function bag(type: string, value: Buffer, labels: Buffer | undefined): Buffer {
  return der.sequence(der.oid(type), der.context(0, value), ...(labels ? [labels] : []));
}

function attributes(name: string | undefined, id: Buffer): Buffer {
  const bmp = Buffer.from(name ?? '', 'utf16le').swap16();
  return der.setOf(
    ...(name === undefined ? [] : [der.sequence(der.oid(OID.friendlyName), der.setOf(der.tlv(0x1e, bmp)))]),
    der.sequence(der.oid(OID.localKeyId), der.setOf(der.octets(id))),
  );
}

function hiddenData(call: Ssl, content: Buffer, phrase: string): Buffer {
  const { random } = call.context.host;
  const [salt, iv] = [Buffer.from(random.hex(16), 'hex'), Buffer.from(random.hex(32), 'hex')];
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(phrase, salt, ITERATIONS, 32, 'sha256'), iv);
  const scheme = der.sequence(
    der.oid(OID.pbes2),
    der.sequence(
      der.sequence(
        der.oid(OID.pbkdf2),
        der.sequence(
          der.octets(salt),
          der.integer(ITERATIONS),
          der.sequence(der.oid(OID.hmacSha256), der.nothing()),
        ),
      ),
      der.sequence(der.oid(OID.aes256), der.octets(iv)),
    ),
  );
  const hidden = der.context(0, Buffer.concat([cipher.update(content), cipher.final()]), false);
  const info = der.sequence(der.integer(0), der.sequence(der.oid(OID.data), scheme, hidden));
  return der.sequence(der.oid(OID.encryptedData), der.context(0, info));
}

/** Models RFC 7292 appendix B.2 for SHA-256, whose one block is enough for a key of 32 bytes. */
function macOf(content: Uint8Array, phrase: string, salt: Buffer, iterations: number): Buffer {
  const block = 64;
  const filled = (bytes: Buffer) =>
    Buffer.alloc(Math.ceil(bytes.length / block) * block).map((_, i) => bytes[i % bytes.length] as number);
  const secret = Buffer.from(`${phrase}\0`, 'utf16le').swap16();
  let key = createHash('sha256')
    .update(Buffer.concat([Buffer.alloc(block, 3), filled(salt), filled(secret)]))
    .digest();
  for (let i = 1; i < iterations; i++) key = createHash('sha256').update(key).digest();
  return createHmac('sha256', key).update(content).digest();
}

interface Bag {
  readonly type: string;
  readonly value: der.Node;
  readonly labels: string;
}

function* unpack(call: Ssl): Steps<number> {
  const bytes = Buffer.from(encode(yield* call.open('in', '', 'rb')));
  const given = call.given.get('passin') ?? call.given.get('password');
  const phrase =
    given === undefined
      ? yield* askSecret(call.context, 'Enter Import Password:')
      : yield* phraseOf(call, given);
  if (phrase === undefined) throw new Misuse("Can't read Password");
  const bags = readBags(bytes, phrase);
  if (call.has('noout')) return 0;
  for (const { type, value, labels } of bags) {
    const own = labels.includes('localKeyID');
    const wanted = !call.has('nocerts') && !(call.has('clcerts') && !own) && !(call.has('cacerts') && own);
    if (type === OID.certificateBag && wanted)
      yield* call.context.out(`Bag Attributes${labels}${certificateText(value)}`);
    if (type !== OID.keyBag || call.has('nokeys')) continue;
    const key = createPrivateKey({ key: toPem('ENCRYPTED PRIVATE KEY', value.bytes), passphrase: phrase })
      .export({ type: 'pkcs8', format: 'pem' })
      .toString();
    const plain = call.has('nodes') || call.has('noenc');
    const text = plain ? key : encrypted(call, key, yield* newPhrase(call, 'passout'));
    yield* call.context.out(`Bag Attributes${labels}Key Attributes: <No Attributes>\n${text}`);
  }
  return 0;
}

function certificateText(value: der.Node): string {
  const wrapped = der.children(value)[1];
  const inner = wrapped && der.children(wrapped)[0];
  const [one] = parseCertificates(toPem('CERTIFICATE', inner?.content ?? Buffer.alloc(0)));
  return one
    ? `subject=${showName(one.subject)}\n\nissuer=${showName(one.issuer)}\n\n${one.pem}`.replace(
        /\n\n/g,
        '\n',
      )
    : '';
}

/** The bags in the order they lie in, once the code of the whole is right. */
function readBags(bytes: Buffer, phrase: string): Bag[] {
  try {
    const [, content, mac] = der.children(der.readNode(bytes)) as [der.Node, der.Node, der.Node];
    const safe = octetsOf(content);
    const [digest, salt, iterations] = der.children(mac) as [der.Node, der.Node, der.Node];
    const expected = (der.children(digest)[1] as der.Node).content;
    if (!macOf(safe, phrase, salt.content, Number(der.readInteger(iterations))).equals(expected))
      throw new Misuse('Mac verify error: invalid password?');
    return der.children(der.readNode(safe)).flatMap((info) => {
      const hidden = der.readOid(der.children(info)[0] as der.Node) === OID.encryptedData;
      const inner = hidden ? revealed(info, phrase) : octetsOf(info);
      return der.children(der.readNode(inner)).map(readBag);
    });
  } catch (error) {
    if (error instanceof Misuse) throw error;
    throw new Misuse('Error reading PKCS12 file: asn1 error');
  }
}

function octetsOf(info: der.Node): Buffer {
  const wrapped = der.children(info)[1] as der.Node;
  return (der.children(wrapped)[0] as der.Node).content;
}

function revealed(info: der.Node, phrase: string): Buffer {
  const data = der.children(der.children(info)[1] as der.Node)[0] as der.Node;
  const [, scheme, hidden] = der.children(der.children(data)[1] as der.Node) as [
    der.Node,
    der.Node,
    der.Node,
  ];
  const [derivation, cipher] = der.children(der.children(scheme)[1] as der.Node) as [der.Node, der.Node];
  const [salt, iterations] = der.children(der.children(derivation)[1] as der.Node) as [der.Node, der.Node];
  const iv = der.children(cipher)[1] as der.Node;
  const rounds = Math.min(Number(der.readInteger(iterations)), 1_000_000);
  const reading = createDecipheriv(
    'aes-256-cbc',
    pbkdf2Sync(phrase, salt.content, rounds, 32, 'sha256'),
    iv.content,
  );
  return Buffer.concat([reading.update(hidden.content), reading.final()]);
}

function readBag(node: der.Node): Bag {
  const [type, value, labels] = der.children(node);
  const lines = (labels ? der.children(labels) : []).map((attribute) => {
    const [name, values] = der.children(attribute) as [der.Node, der.Node];
    const content = (der.children(values)[0] as der.Node).content;
    return der.readOid(name) === OID.friendlyName
      ? `    friendlyName: ${Buffer.from(content).swap16().toString('utf16le')}\n`
      : `    localKeyID: ${(content.toString('hex').toUpperCase().match(/../g) ?? []).join(' ')} \n`;
  });
  return {
    type: der.readOid(type as der.Node),
    value: der.children(value as der.Node)[0] as der.Node,
    labels: lines.length === 0 ? ': <No Attributes>\n' : `\n${lines.join('')}`,
  };
}
