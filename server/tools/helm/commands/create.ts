import { CHART_FILES } from '../create/chart-files.ts';
import { TEMPLATE_FILES } from '../create/template-files.ts';
import { HelmError } from '../errors.ts';
import type { HelmCommand } from './command.ts';

const NAME = /^[a-zA-Z0-9._-]+$/;
const LONGEST_NAME = 250;

/** `helm create`. Models chartutil.Create. */
export const create: HelmCommand = {
  args: [1, 1],
  *run(helm) {
    const path = helm.args[0] as string;
    const { fs } = helm.context;
    const name = path.replace(/\/+$/, '').split('/').at(-1) as string;
    if (helm.flags.string('starter') !== '') throw new HelmError('starters are not simulated');
    yield* helm.out(`Creating ${path}\n`);
    if (name.length > LONGEST_NAME)
      throw new HelmError(`chart name must be less than or equal to ${LONGEST_NAME} characters`);
    if (!NAME.test(name))
      throw new HelmError('chart name must match the regular expression "^[a-zA-Z0-9._-]+$"');
    const folder = helm.absolute(path);
    const parent = folder.replace(/\/[^/]*$/, '') || '/';
    if (!fs.isDirectory(parent)) throw new HelmError(`no such directory ${parent}`);
    if (fs.exists(folder) && !fs.isDirectory(folder))
      throw new HelmError(`file ${folder} already exists and is not a directory`);
    for (const [file, text] of Object.entries({ ...CHART_FILES, ...TEMPLATE_FILES })) {
      const full = `${folder}/${file}`;
      if (fs.exists(full))
        yield* helm.out(`WARNING: File ${JSON.stringify(full)} already exists. Overwriting.\n`);
      helm.writeFile(full, text.replaceAll('<CHARTNAME>', name));
    }
    fs.mkdirAll(`${folder}/charts`, 0o755);
  },
};
