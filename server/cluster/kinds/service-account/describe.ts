import { eventLines, headLines } from '../describe/common.ts';
import { attempt, type DescribeContext, SECRETS } from '../describe/context.ts';
import { described } from '../describe/writer.ts';

const TOKEN = 'kubernetes.io/service-account-token';

/** Models kubectl pkg/describe describeServiceAccount. */
export function describeServiceAccount(account: any, context: DescribeContext): string {
  const { metadata } = account;
  const names = (list: any[] = []) => list.map(({ name }) => name as string);
  const secrets = attempt(() => context.list(SECRETS, { namespace: metadata.namespace })) ?? [];
  const known = new Set(secrets.map((secret) => secret.metadata.name));
  const tokens = secrets
    .filter((secret: any) => isTokenOf(secret, account))
    .map((secret) => secret.metadata.name);
  const lists: [string, string[]][] = [
    ['Image pull secrets:', names(account.imagePullSecrets)],
    ['Mountable secrets: ', names(account.secrets)],
    ['Tokens:            ', tokens],
  ];
  return described((w) => {
    headLines(w, account);
    for (const [header, list] of lists) {
      if (list.length === 0) w.line(0, `${header}\t<none>`);
      list.forEach((name, i) => {
        const missing = known.has(name) ? '' : ' (not found)';
        w.line(0, `${i === 0 ? header : ' '.repeat(header.length)}\t${name}${missing}`);
      });
    }
    eventLines(w, account, context);
  });
}

function isTokenOf({ type, metadata }: any, account: any): boolean {
  if (type !== TOKEN) return false;
  const { 'kubernetes.io/service-account.name': name, 'kubernetes.io/service-account.uid': uid } =
    metadata.annotations ?? {};
  return name === account.metadata.name && (!uid || uid === account.metadata.uid);
}
