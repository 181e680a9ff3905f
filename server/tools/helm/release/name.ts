import { HelmError } from '../errors.ts';

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** Models action.MaxNameLen. */
const LONGEST_NAME = 53;

/** Whether a name may be a release's. Models chartutil.ValidateReleaseName. */
export function checkName(name: string): void {
  const wrong =
    name === ''
      ? 'no name provided'
      : 'invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53';
  if (name === '' || name.length > LONGEST_NAME || !NAME.test(name))
    throw new HelmError(`release name ${JSON.stringify(name)}: ${wrong}`);
}
