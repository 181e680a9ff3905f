import { createHash } from 'node:crypto';

/** Who signs repositories, by the number that apt shows. */
export const SIGNERS: Readonly<Record<string, string>> = {
  '234654DA9A296436': 'isv:kubernetes OBS Project <isv:kubernetes@build.opensuse.org>',
  '7EA0A9C3F273FCD8': 'Docker Release (CE deb) <docker@docker.com>',
};

/** A key as its owner publishes it: armoured text. What it says inside is its number and owner. */
export function armouredKey(id: string): string {
  const bytes = Buffer.from(
    `${KEY_MARK}${id}\0${SIGNERS[id] ?? ''}\0${createHash('sha512').update(id).digest('hex')}`,
  );
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${lines.join('\n')}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
}

const KEY_MARK = '\x0b\x02pgp';

/** What is inside of armoured text; undefined when it is none. */
export function dearmour(text: string): string | undefined {
  const body = /-----BEGIN PGP [A-Z ]+-----\n(?:[\w-]+: .*\n)*\n?([A-Za-z0-9+/=\s]+?)\n?-----END PGP/.exec(
    text,
  )?.[1];
  return body === undefined ? undefined : Buffer.from(body.replace(/\s/g, ''), 'base64').toString('latin1');
}

/** The number of the key in a keyring file, armoured or not; undefined: there is none. */
export function keyIn(data: string): string | undefined {
  const open = dearmour(data) ?? data;
  return open.startsWith(KEY_MARK) ? open.slice(KEY_MARK.length, open.indexOf('\0')) : undefined;
}
