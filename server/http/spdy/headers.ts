import { deflateRawSync, deflateSync, inflateRawSync, constants as zlib } from 'node:zlib';

/** Words that SPDY/3 headers are compressed with from the start: each with its length, then a text. */
const WORDS =
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get status 200|OK version HTTP/1.1 url public set-cookie keep-alive origin';
const TEXT =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';

export const DICTIONARY = Buffer.concat([
  ...WORDS.split(' ').map((word) => text(word.replace('|', ' '))),
  Buffer.from(TEXT),
]);

/** How far back compressed text may point. */
const WINDOW = 32 * 1024;
/** The zlib header and the checksum of the dictionary, before the first block. */
const ZLIB_HEADER = 6;
const FLUSH = { finishFlush: zlib.Z_SYNC_FLUSH };

function text(value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(value));
  return Buffer.concat([length, Buffer.from(value)]);
}

/** Reads the header blocks of one side of a connection, which are one compressed text together. */
export class HeaderReader {
  #window = DICTIONARY;
  #started = false;

  read(block: Buffer): Record<string, string> {
    const raw = this.#started ? block : block.subarray(ZLIB_HEADER);
    this.#started = true;
    const plain = inflateRawSync(raw, { ...FLUSH, dictionary: this.#window, maxOutputLength: WINDOW });
    this.#window = Buffer.concat([this.#window, plain]).subarray(-WINDOW);
    return parseHeaders(plain);
  }
}

function parseHeaders(plain: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  let at = 4;
  const next = () => {
    const length = plain.readUInt32BE(at);
    at += 4 + length;
    return plain.toString('utf8', at - length, at);
  };
  for (let left = plain.readUInt32BE(0); left > 0; left--) {
    const name = next();
    headers[name.toLowerCase()] = next();
  }
  return headers;
}

/** Writes header blocks, each by itself: no block points back into another. */
export class HeaderWriter {
  #started = false;

  write(headers: Readonly<Record<string, string>>): Buffer {
    const pairs = Object.entries(headers);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(pairs.length);
    const plain = Buffer.concat([count, ...pairs.flat().map(text)]);
    const first = !this.#started;
    this.#started = true;
    return first ? deflateSync(plain, { ...FLUSH, dictionary: DICTIONARY }) : deflateRawSync(plain, FLUSH);
  }
}
