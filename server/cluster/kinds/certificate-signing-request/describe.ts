import { humanDuration } from '../../../objects/human-duration.ts';
import { formatLabels } from '../columns.ts';
import { eventLines, longTime } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { type DescribeWriter, described } from '../describe/writer.ts';
import { requestState } from './kind.ts';
import { requestSubject, type Subject } from './subject.ts';

/** Models kubectl pkg/describe describeCertificateSigningRequest. */
export function describeRequest(request: any, context: DescribeContext): string {
  const { metadata, spec = {} } = request;
  return described((w) => {
    w.line(0, `Name:\t${metadata.name}`);
    w.line(0, `Labels:\t${formatLabels(metadata.labels)}`);
    w.line(0, `Annotations:\t${formatLabels(metadata.annotations)}`);
    w.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
    w.line(0, `Requesting User:\t${spec.username ?? ''}`);
    if (spec.signerName) w.line(0, `Signer:\t${spec.signerName}`);
    if (spec.expirationSeconds !== undefined) {
      w.line(0, `Requested Duration:\t${humanDuration(spec.expirationSeconds * 1000)}`);
    }
    w.line(0, `Status:\t${requestState(request)}`);
    subjectLines(w, requestSubject(spec.request ?? '') ?? {});
    eventLines(w, request, context);
  });
}

const LISTS = [
  'Organization',
  'Organizational Unit',
  'Country',
  'Locality',
  'Province',
  'StreetAddress',
  'PostalCode',
];

function subjectLines(w: DescribeWriter, subject: Subject): void {
  w.line(0, 'Subject:');
  w.line(0, `\tCommon Name:\t${subject['Common Name']?.at(-1) ?? ''}`);
  w.line(0, `\tSerial Number:\t${subject['Serial Number']?.at(-1) ?? ''}`);
  for (const name of LISTS) {
    const values = subject[name] ?? [];
    if (values.length > 0) w.line(0, `\t${name}:\t${values.join('\n\t\t')}`);
  }
}
