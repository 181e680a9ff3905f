import { headLines } from '../describe/common.ts';
import { described } from '../describe/writer.ts';

/** Models kubectl pkg/describe describeSecret. */
export function describeSecret(secret: any): string {
  const { type, data = {} } = secret;
  return described((w) => {
    headLines(w, secret);
    w.line(0, `\nType:\t${type}`);
    w.line(0, '\nData\n====');
    for (const key of Object.keys(data).sort()) {
      const bytes = Buffer.from(data[key], 'base64');
      if (key === 'token' && type === 'kubernetes.io/service-account-token') {
        w.line(0, `${key}:\t${bytes.toString('utf8')}`);
      } else w.line(0, `${key}:\t${bytes.length} bytes`);
    }
  });
}
