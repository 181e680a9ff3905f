import { eventLines, headLines } from '../describe/common.ts';
import type { DescribeContext } from '../describe/context.ts';
import { described } from '../describe/writer.ts';

/** Models kubectl pkg/describe describeConfigMap. */
export function describeConfigMap(configMap: any, context: DescribeContext): string {
  const { data = {}, binaryData = {} } = configMap;
  return described((w) => {
    headLines(w, configMap);
    w.line(0, '\nData\n====');
    for (const key of Object.keys(data).sort()) w.line(0, `${key}:\n----\n${data[key]}\n`);
    w.line(0, '\nBinaryData\n====');
    for (const key of Object.keys(binaryData).sort()) {
      w.line(0, `${key}: ${Buffer.from(binaryData[key], 'base64').length} bytes`);
    }
    w.line(0, '');
    eventLines(w, configMap, context);
  });
}
