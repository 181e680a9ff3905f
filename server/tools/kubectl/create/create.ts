import type { Steps } from '../../../sim/index.ts';
import { withLastApplied, withSource } from '../apply/apply.ts';
import { byLabels, fileFlags, hasFiles, select } from '../builder.ts';
import { editAndCreate } from '../edit.ts';
import { KubectlError, throwAll } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { operation, printerFor } from '../printers.ts';
import { sendRaw } from '../raw.ts';
import { recorded } from '../record.ts';
import { pathOf } from '../resources.ts';

/** Models kubectl/pkg/cmd/create/create.go. */
export function* create(k: Kubectl): Steps<void> {
  const { flags } = k;
  if (!hasFiles(k)) {
    if (k.args.length > 0) throw k.usage(`Unexpected args: [${k.args.join(' ')}]`);
    throw new KubectlError('must specify one of -f and -k');
  }
  if (k.args.length > 0) throw k.usage(`Unexpected args: [${k.args.join(' ')}]`);
  if (flags.string('raw') !== '') {
    if (flags.bool('edit')) throw new KubectlError('--raw and --edit are mutually exclusive');
    yield* sendRaw(k, 'POST');
    return;
  }
  if (flags.bool('edit')) {
    yield* editAndCreate(k);
    return;
  }
  yield* createFiles(k);
}

function* createFiles(k: Kubectl): Steps<void> {
  const dryRun = yield* k.dryRun();
  const printer = printerFor(k, yield* operation(k, 'created'));
  const { infos: found, errors } = yield* select(k, { ...fileFlags(k), validate: true });
  const infos = byLabels(k, found);
  const failures: unknown[] = [];
  for (const info of infos) {
    const save = k.flags.bool('save-config');
    const wanted = recorded(k, info.object!);
    let object = save ? withLastApplied(wanted) : wanted;
    try {
      if (dryRun !== 'client') {
        object = yield* k.api.create(pathOf(info.resource, info.namespace), object, {
          query: {
            dryRun: dryRun === 'server' ? 'All' : undefined,
            fieldManager: k.flags.string('field-manager'),
            fieldValidation: k.fieldValidation(),
          },
        });
      }
      yield* k.out(printer.print(object));
    } catch (error) {
      failures.push(withSource(error, 'creating', info.source));
    }
  }
  failures.push(...errors);
  if (infos.length === 0 && failures.length === 0) throw new KubectlError('no objects passed to create');
  throwAll(failures);
}
