import { Regex, RegexError } from '../../regex/regex.ts';
import type { Call } from '../core/tool.ts';

/** The pattern of pgrep and pkill, an extended regular expression; `whole` wants all of the name to match. */
export function compileRegex(
  call: Call,
  pattern: string,
  whole: boolean,
  ignoreCase: boolean,
): (text: string) => boolean {
  try {
    const regex = new Regex(whole ? `^(${pattern})$` : pattern, { extended: true, ignoreCase });
    return (text) => regex.test(text);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return call.fail(`regex error: ${error.message}`, 2);
  }
}
