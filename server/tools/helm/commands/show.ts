import type { Steps } from '../../../sim/index.ts';
import { toYaml } from '../../kubectl/yaml.ts';
import { type Chart, crdsOf, orderedMetadata } from '../chart/chart.ts';
import { HelmError } from '../errors.ts';
import { locateChart } from '../repo/locate.ts';
import type { HelmCommand } from './command.ts';

type Part = 'all' | 'chart' | 'values' | 'readme' | 'crds';

/** `helm show`. Models helm/pkg/action Show.Run. */
function show(part: Part): HelmCommand {
  return {
    args: [1, 1],
    *run(helm): Steps<void> {
      if (part === 'values' && helm.flags.string('jsonpath') !== '')
        throw new HelmError('--jsonpath is not simulated');
      const chart = yield* locateChart(helm, helm.args[0] as string);
      yield* helm.out(partText(chart, part));
    },
  };
}

const README = /^readme(?:\.md|\.txt)?$/i;

function partText(chart: Chart, part: Part): string {
  const wants = (name: Part) => part === 'all' || part === name;
  const mark = part === 'all' ? '---\n' : '';
  let out = wants('chart') ? `${toYaml(orderedMetadata(chart.metadata))}\n` : '';
  const values = chart.raw.find(({ name }) => name === 'values.yaml')?.data;
  if (wants('values') && values !== undefined) out += `${mark}${values}\n`;
  const readme = chart.files.find(({ name }) => README.test(name))?.data;
  if (wants('readme') && readme !== undefined) out += `${mark}${readme}\n`;
  if (wants('crds'))
    for (const { data } of crdsOf(chart)) out += `${data.startsWith('---') ? '' : '---\n'}${data}\n`;
  return out;
}

export const SHOW: Readonly<Record<string, HelmCommand>> = {
  'show all': show('all'),
  'show chart': show('chart'),
  'show values': show('values'),
  'show readme': show('readme'),
  'show crds': show('crds'),
};
