import { isSystemError } from '../../host/index.ts';
import { isApiError } from '../../objects/api-error.ts';
import { jsonPatch } from '../../objects/json-patch.ts';
import { mergePatch } from '../../objects/merge-patch.ts';
import { strategicMerge } from '../../objects/strategic-merge.ts';
import { equalValues } from '../../objects/values.ts';
import type { Steps } from '../../sim/index.ts';
import { fileFlags, type Info, select } from './builder.ts';
import { KubectlError, throwAll } from './errors.ts';
import { goJson } from './go-json.ts';
import type { Kubectl } from './kubectl.ts';
import { operation, printerFor } from './printers.ts';
import { recordAfter } from './record.ts';
import { groupVersion, pathOf } from './resources.ts';
import { typeOf } from './types.ts';
import { parseYaml } from './yaml-parser.ts';
import { YamlError } from './yaml-scanner.ts';

type Fields = Record<string, any>;

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

/** Models kubectl/pkg/cmd/patch/patch.go. */
export function* patch(k: Kubectl): Steps<void> {
  const { flags } = k;
  const given = flags.string('patch') !== '';
  const file = flags.string('patch-file');
  if (flags.bool('local') && k.args.length > 0)
    throw new KubectlError('cannot specify --local and server resources');
  if (given && file !== '') throw new KubectlError('cannot specify --patch and --patch-file together');
  if (!given && file === '')
    throw new KubectlError('must specify --patch or --patch-file containing the contents of the patch');
  const kind = flags.string('type').toLowerCase();
  if (!TYPES[kind])
    throw new KubectlError(
      `--type must be one of [${Object.keys(TYPES).sort().join(' ')}], not ${JSON.stringify(flags.string('type'))}`,
    );
  const text = toJson(file !== '' ? yield* readPatch(k, file) : flags.string('patch'));
  const dryRun = yield* k.dryRun();
  const local = flags.bool('local');
  const { infos, errors } = yield* select(k, { args: k.args, ...fileFlags(k), latest: !local, local });
  const failures = [...errors];
  let count = 0;
  for (const info of infos) {
    count++;
    const before = info.object as Fields;
    try {
      if (local || dryRun === 'client') info.object = patchLocally(before, text, kind);
      else
        info.object = yield* k.api.patch<Fields>(
          pathOf(info.resource, info.namespace, info.name, flags.string('subresource')),
          TYPES[kind] as string,
          text,
          {
            query: {
              dryRun: dryRun === 'server' ? 'All' : undefined,
              fieldManager: flags.string('field-manager'),
            },
          },
        );
      if (!local && dryRun === 'none') yield* recordAfter(k, info);
      const changed = !equalValues(comparable(before), comparable(info.object as Fields));
      const said = changed ? 'patched' : 'patched (no change)';
      // A dry run of the client is not told of.
      const word = dryRun === 'client' ? said : yield* operation(k, said);
      yield* k.out(printerFor(k, word).print(info.object as Fields));
    } catch (error) {
      failures.push(unsupported(error, info, TYPES[kind] as string));
    }
  }
  throwAll(failures);
  if (count === 0) throw new KubectlError('no objects passed to patch');
}

/** Custom resources take no strategic merge patches. */
function unsupported(error: unknown, { resource }: Info, contentType: string): unknown {
  if (!isApiError(error) || error.code !== 415) return error;
  return new KubectlError(
    `${contentType} is not supported by ${groupVersion(resource)}, Kind=${resource.kind}: ${error.message}`,
  );
}

function comparable(object: Fields): Fields {
  const { managedFields: _, ...metadata } = object['metadata'] ?? {};
  return { ...object, metadata };
}

function* readPatch(k: Kubectl, path: string): Steps<string> {
  if (path === '-') return yield* k.stdin();
  try {
    return k.context.fs.read(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new KubectlError(`unable to read patch file: open ${path}: ${error.message.toLowerCase()}`);
  }
}

/** A patch may be YAML; what looks like JSON goes as it is. */
function toJson(text: string): string {
  if (/^\s*\{/.test(text)) return text;
  try {
    return goJson(parseYaml(text), { sorted: false });
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KubectlError(`unable to parse ${JSON.stringify(text)}: ${error.message}`);
  }
}

function patchLocally(object: Fields, text: string, kind: string): Fields {
  const value = JSON.parse(text);
  if (kind === 'json') return jsonPatch(structuredClone(object), value) as Fields;
  if (kind === 'merge') return mergePatch(object, value) as Fields;
  const type = typeOf(object['apiVersion'] ?? groupVersion({ group: '', version: 'v1' }), object['kind']);
  if (!type)
    throw new KubectlError(
      `application/strategic-merge-patch+json is not supported by ${object['apiVersion']}, Kind=${object['kind']}: try --type merge`,
    );
  return strategicMerge(object, value, type) as Fields;
}
