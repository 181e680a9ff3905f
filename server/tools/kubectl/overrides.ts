import { JsonPatchError, jsonPatch } from '../../objects/json-patch.ts';
import { mergePatch } from '../../objects/merge-patch.ts';
import { StrategicMergeError, strategicMerge } from '../../objects/strategic-merge.ts';
import { KubectlError } from './errors.ts';
import { jsonProblem } from './manifest.ts';
import { typeOf } from './types.ts';
import { parseYaml } from './yaml-parser.ts';

type Fields = Record<string, any>;

/** --overrides laid over a generated object. Models cmdutil.OverrideOptions. */
export function override(object: Fields, text: string, how: string): Fields {
  if (text === '') return object;
  if (how === 'json') {
    const operations = parse(text);
    if (!Array.isArray(operations))
      throw new KubectlError(`json: cannot unmarshal object into Go value of type jsonpatch.Patch`);
    try {
      return jsonPatch(structuredClone(object), operations as any) as Fields;
    } catch (error) {
      if (error instanceof JsonPatchError) throw new KubectlError(error.message);
      throw error;
    }
  }
  if (how === 'merge' || how === '') return mergePatch(object, parseOverlay(text)) as Fields;
  if (how !== 'strategic') throw new KubectlError(`invalid override type: ${how}`);
  try {
    const type = typeOf(object['apiVersion'], object['kind']);
    return strategicMerge(object, parse(text) as Fields, type) as Fields;
  } catch (error) {
    if (error instanceof StrategicMergeError) throw new KubectlError(error.message);
    throw error;
  }
}

function parseOverlay(text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new KubectlError('Invalid JSON Patch');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (/^\s*[{[]/.test(text)) throw new KubectlError(jsonProblem(text));
    return parseYaml(text);
  }
}
