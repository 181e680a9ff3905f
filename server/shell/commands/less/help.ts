/** What `h` shows: the commands, in our own words. */
export const HELP: readonly string[] = `
                   SUMMARY OF LESS COMMANDS

      A star means that a number N may be typed before the command.
      ^K stands for the key K with Ctrl.

  h  H                 Show this help.
  q  :q  Q  :Q  ZZ     Leave.
 ---------------------------------------------------------------------------

                           MOVING

  e  ^E  j  ^N  CR  *  One line (or N) on.
  y  ^Y  k  ^K  ^P  *  One line (or N) back.
  f  ^F  ^V  SPACE  *  One window (or N lines) on.
  b  ^B  ESC-v      *  One window (or N lines) back.
  z                 *  One window on; N becomes its size.
  w                 *  One window back; N becomes its size.
  ESC-SPACE         *  One window on, beyond the end too.
  d  ^D             *  Half a window on; N becomes its size.
  u  ^U             *  Half a window back; N becomes its size.
  ESC-)  RightArrow *  Half a screen (or N columns) to the right.
  ESC-(  LeftArrow  *  Half a screen (or N columns) to the left.
  F                    To the end, and on as the file grows.
  r  ^R  ^L            Draw the screen anew.
 ---------------------------------------------------------------------------

                          SEARCHING

  /pattern          *  The N-th line on that matches.
  ?pattern          *  The N-th line back that matches.
  n                 *  The next match.
  N                 *  The next match in the other direction.
  ESC-n  ESC-N      *  The same, over all files.
  ESC-u                Matches shine, or not.
  &pattern             Show only lines that match.
        ---------------------------------------------------
        Before a pattern:
        ^N or !  Lines that do NOT match.
        ^E or *  Go on in the other files.
        ^F or @  Start in the first (for ? the last) file.
        ^K       Show matches, stay here.
        ^R       Take the pattern as plain text.
        ^W       Go around the end of the file.
 ---------------------------------------------------------------------------

                           JUMPING

  g  <  ESC-<       *  First line (or line N).
  G  >  ESC->       *  Last line (or line N).
  p  %              *  Start (or N percent of the file).
  {  (  [           *  The bracket that closes the one in the top line.
  }  )  ]           *  The bracket that opens the one in the bottom line.
  m<letter>            Mark the top line.
  '<letter>            Go to a mark; '' back to where one was, '^ '$ the ends.
 ---------------------------------------------------------------------------

                        CHANGING FILES

  :e file              Another file.
  :n  :p            *  The next, the previous file of the command line.
  :x                *  The first (or N-th) file.
  :d                   Drop this file from the list.
  =  ^G  :f            Name of the file, and the place in it.
 ---------------------------------------------------------------------------

                    MISCELLANEOUS COMMANDS

  -<option>            Turn an option of the command line.
  _<option>            Tell where an option stands.
  !command             Run a command with $SHELL.
  s file               Save what came through a pipe.
  v                    Edit the file with $VISUAL or $EDITOR.
  V                    Tell the version.
`
  .split('\n')
  .slice(0, -1);
