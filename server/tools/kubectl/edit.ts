import { isSystemError } from '../../host/index.ts';
import { ApiError, isApiError } from '../../objects/api-error.ts';
import { equalValues } from '../../objects/values.ts';
import type { Steps } from '../../sim/index.ts';
import { parseSaved, withLastApplied } from './apply/apply.ts';
import { patchText, twoWayPatch } from './apply/three-way.ts';
import { fileFlags, type Info, selectAll } from './builder.ts';
import { LAST_APPLIED } from './create/send.ts';
import { ExitError, KubectlError, messageOf } from './errors.ts';
import { goJson } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { documents } from './manifest.ts';
import { outputFormat, printerFor, withoutManagedFields } from './printers.ts';
import { recorded } from './record.ts';
import { groupVersion, pathOf, qualified } from './resources.ts';
import { typeOf } from './types.ts';
import { toYaml } from './yaml.ts';

type Fields = Record<string, any>;

const HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

const LAST_APPLIED_HEADER = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`;

interface Session {
  readonly header: string;
  readonly infos: readonly Info[];
  /** What stands in the file at first, one for each info. */
  readonly originals: readonly Fields[];
  /** Saves one edited object; the word says what was done. */
  readonly save: (info: Info, original: Fields, edited: Fields) => Steps<string>;
}

/** Models kubectl/pkg/cmd/util/editor: the editor is opened until what it leaves can be saved. */
function* editLoop(k: Kubectl, session: Session): Steps<void> {
  const { format } = outputFormat(k);
  if (!['', 'yaml', 'json'].includes(format))
    throw new KubectlError(
      `unable to match a printer suitable for the output format "${format}", allowed formats are: json,yaml`,
    );
  const json = format === 'json';
  const original = contentOf(session.originals, json);
  let shown = original;
  let reasons = '';
  let failed = false;
  let file = '';
  for (;;) {
    const previous = file;
    // JSON has no comments.
    const head = json ? '' : session.header + reasons;
    file = temporaryFile(k, json ? 'json' : 'yaml', head + shown);
    yield* openEditor(k, file);
    const bare = stripComments(k.context.fs.read(file).replaceAll('\r\n', '\n'));
    if (failed && bare === stripComments(shown))
      throw yield* preserved(k, file, new KubectlError('Edit cancelled, no valid changes were saved.'));
    if (previous !== '') k.context.fs.removeAll(previous);
    shown = bare;
    let edited: Fields[];
    try {
      edited = editedObjects(bare);
    } catch (error) {
      failed = true;
      const info = session.infos[0] as Info;
      reasons = comment(
        invalidText(info, [`<nil>: Invalid value: ${FAILED_VALIDATION}: ${yamlError(error)}`]),
      );
      yield* k.err(invalidLine(info));
      continue;
    }
    if (bare === stripComments(original)) {
      k.context.fs.unlink(file);
      yield* k.err('Edit cancelled, no changes made.\n');
      return;
    }
    let problems: Problems;
    try {
      problems = yield* saveAll(k, session, edited);
    } catch (error) {
      throw yield* preserved(k, file, error);
    }
    if (problems.edit.length > 0) {
      failed = true;
      reasons = problems.edit.map(comment).join('');
      continue;
    }
    if (problems.failed > 0) {
      yield* k.err(`You can run \`kubectl replace -f ${file}\` to try this update again.\n`);
      throw new ExitError(1);
    }
    if (problems.missing > 0) {
      const saved = JSON.stringify(file);
      yield* k.err(`The edits you made on deleted resources have been saved to ${saved}\n`);
      throw new ExitError(1);
    }
    k.context.fs.unlink(file);
    return;
  }
}

function comment(text: string): string {
  return `${text
    .split('\n')
    .map((line) => `# ${line}`)
    .join('\n')}\n#\n`;
}

function stripComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
}

function contentOf(objects: readonly Fields[], json: boolean): string {
  const [only] = objects;
  const value =
    objects.length === 1
      ? (only as Fields)
      : { apiVersion: 'v1', items: objects, kind: 'List', metadata: {} };
  return json ? `${goJson(value, { indent: '    ' })}\n` : toYaml(value);
}

function editedObjects(text: string): Fields[] {
  const out: Fields[] = [];
  for (const value of documents(text, 'edited-file')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new KubectlError('invalid object to validate');
    const object = value as Fields;
    for (const name of ['apiVersion', 'kind']) if (!object[name]) throw new KubectlError(`${name} not set`);
    if (Array.isArray(object['items']) && String(object['kind']).endsWith('List'))
      out.push(...object['items']);
    else out.push(object);
  }
  if (out.length === 0) throw new KubectlError('EOF');
  return out;
}

interface Problems {
  /** What the server says of each object that it refuses. */
  readonly edit: readonly string[];
  readonly failed: number;
  /** Objects that are not there any more. */
  readonly missing: number;
}

const FAILED_VALIDATION = '"The edited file failed validation"';

function yamlError(error: unknown): string {
  return messageOf(error).replace(/^error parsing edited-file: error converting YAML to JSON: /, '');
}

function invalidText({ resource, name }: Info, causes: readonly string[]): string {
  return [`${qualified(resource)} "${name}" was not valid:`, ...causes.map((cause) => `* ${cause}`)].join(
    '\n',
  );
}

function invalidLine({ resource, name }: Info): string {
  return `error: ${qualified(resource)} "${name}" is invalid\n`;
}

function* saveAll(k: Kubectl, session: Session, edited: readonly Fields[]): Steps<Problems> {
  const edit: string[] = [];
  let [failed, missing] = [0, 0];
  for (const object of edited) {
    const at = session.infos.findIndex(
      ({ resource, name }) => resource.kind === object['kind'] && name === object['metadata']?.name,
    );
    const index = at >= 0 ? at : session.infos.length === 1 ? 0 : -1;
    if (index < 0) throw new KubectlError('At least one of apiVersion, kind and name was changed');
    const info = session.infos[index] as Info;
    const original = session.originals[index] as Fields;
    const resource = qualified(info.resource);
    if (at < 0 && k.path === 'edit')
      throw new KubectlError('At least one of apiVersion, kind and name was changed');
    try {
      const word = yield* session.save(info, original, object);
      yield* k.out(printerFor(k, word).print(info.object as Fields));
    } catch (error) {
      if (k.path === 'create') throw error;
      if (isApiError(error, 'Invalid')) {
        const causes = (error.details?.causes ?? []).map((cause) => `${cause.field}: ${cause.message}`);
        edit.push(invalidText(info, causes));
        yield* k.err(invalidLine(info));
      } else if (isApiError(error, 'NotFound')) {
        missing++;
        yield* k.err(`error: ${resource} "${info.name}" could not be found on the server\n`);
      } else if (error instanceof ApiError) {
        failed++;
        yield* k.err(`error: ${resource} "${info.name}" could not be patched: ${error.message}\n`);
      } else throw error;
    }
  }
  return { edit, failed, missing };
}

function* preserved(k: Kubectl, file: string, error: unknown): Steps<unknown> {
  yield* k.err(`A copy of your changes has been stored to ${JSON.stringify(file)}\n`);
  return error;
}

function temporaryFile(k: Kubectl, extension: string, text: string): string {
  const { host, fs } = k.context;
  const path = `/tmp/kubectl-edit-${String(host.random.below(4_000_000_000)).padStart(10, '1')}.${extension}`;
  fs.write(path, k.flags.bool('windows-line-endings') ? text.replaceAll('\n', '\r\n') : text, 0o600);
  return path;
}

/** KUBE_EDITOR, EDITOR or vi, with the file as its last argument. */
function* openEditor(k: Kubectl, file: string): Steps<void> {
  const editor = k.context.env.get('KUBE_EDITOR') || k.context.env.get('EDITOR') || 'vi';
  const quoted = /["'\\]/.test(editor);
  const args = quoted ? [k.context.env.get('SHELL') || '/bin/bash', '-c', editor] : editor.split(' ');
  const words = quoted ? [...args.slice(0, 2), `${editor} "${file}"`] : [...args, file];
  const named = JSON.stringify(args.join(' '));
  const failed = new KubectlError(`there was a problem with the editor ${named}`);
  let code: number;
  try {
    code = yield* k.context.run(words[0] as string, words);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // Only what was looked for in the path can be missing from it.
    const sought = !(words[0] as string).includes('/');
    throw sought ? new KubectlError(`unable to launch the editor ${named}`) : failed;
  }
  if (code !== 0) throw failed;
}

function* patchEdited(k: Kubectl, info: Info, original: Fields, edited: Fields): Steps<string> {
  if (equalValues(original, edited)) return 'skipped';
  const type = typeOf(groupVersion(info.resource), info.resource.kind);
  const patch = twoWayPatch(original, recorded(k, edited), type);
  if (k.flags.has('output-patch') && k.flags.bool('output-patch'))
    yield* k.out(`Patch: ${patchText(patch)}\n`);
  info.object = yield* k.api.patch<Fields>(
    pathOf(
      info.resource,
      info.namespace,
      info.name,
      k.flags.has('subresource') ? k.flags.string('subresource') : '',
    ),
    type ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json',
    patchText(patch),
    { query: { fieldManager: k.flags.string('field-manager'), fieldValidation: k.fieldValidation() } },
  );
  return 'edited';
}

/** Models kubectl/pkg/cmd/edit/edit.go. */
export function* edit(k: Kubectl): Steps<void> {
  const infos = yield* selectAll(k, {
    args: k.args,
    ...fileFlags(k),
    allowAll: true,
    latest: true,
    subresource: k.flags.string('subresource'),
  });
  if (infos.length === 0) throw new KubectlError('edit cancelled, no objects found');
  yield* editLoop(k, {
    header: HEADER,
    infos,
    originals: infos.map((info) => withoutManagedFields(info.object as Fields)),
    save: (info, original, edited) => patchEdited(k, info, original, edited),
  });
}

/** `create --edit`. */
export function* editAndCreate(k: Kubectl): Steps<void> {
  for (const info of yield* selectAll(k, { ...fileFlags(k), validate: true })) yield* editNew(k, info);
}

function* editNew(k: Kubectl, made: Info): Steps<void> {
  yield* editLoop(k, {
    header: HEADER,
    infos: [made],
    originals: [made.object as Fields],
    save: function* (info, _, edited) {
      const object = k.flags.bool('save-config') ? withLastApplied(edited) : edited;
      info.object = yield* k.api.create<Fields>(pathOf(info.resource, info.namespace), object, {
        query: { fieldManager: k.flags.string('field-manager'), fieldValidation: k.fieldValidation() },
      });
      return 'created';
    },
  });
}

const NONE_SAVED =
  'no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`';

/** `apply edit-last-applied`. */
export function* editLastApplied(k: Kubectl): Steps<void> {
  const all = yield* selectAll(k, { args: k.args, ...fileFlags(k), allowAll: true, latest: true });
  const saved = all.flatMap((info) => {
    const original = parseSaved(info.object?.['metadata'].annotations?.[LAST_APPLIED]);
    return original ? [{ info, original }] : [];
  });
  if (saved.length === 0) throw new KubectlError(NONE_SAVED);
  yield* editLoop(k, {
    header: LAST_APPLIED_HEADER,
    infos: saved.map(({ info }) => info),
    originals: saved.map(({ original }) => original),
    save: function* (info, _, edited) {
      const { annotations = {}, ...metadata } = edited['metadata'] ?? {};
      const some = Object.keys(annotations).length > 0;
      const text = `${goJson(some ? edited : { ...edited, metadata })}\n`;
      info.object = yield* k.api.patch<Fields>(
        pathOf(info.resource, info.namespace, info.name),
        'application/merge-patch+json',
        patchText({ metadata: { annotations: { [LAST_APPLIED]: text } } }),
        { query: { fieldManager: k.flags.string('field-manager') } },
      );
      return 'edited';
    },
  });
}
