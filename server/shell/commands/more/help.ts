/** What `h` shows, in our own words. */
export const HELP = `Most commands may have a number k before them; what holds without one stands in brackets.
A star (*): the number holds from then on.
-------------------------------------------------------------------------------
<space>                 Print the next k lines [a screen]
z                       Print the next k lines [a screen]*
<return>                Print the next k lines [1]*
d or ctrl-D             Print k lines [half a screen]*
q or Q or ^C            Leave
s                       Skip k lines [1]
f                       Skip k screens [1]
b or ctrl-B             Go back k screens [1]
'                       Go back to where the last search began
=                       Tell the number of the line
/<regular expression>   Search for the k-th match [1]
n                       Search for the k-th match again [1]
!<cmd>                  Run a command
v                       Start an editor at this line
ctrl-L                  Paint the screen anew
:n                      Go to the k-th next file [1]
:p                      Go to the k-th file before [1]
:f                      Tell the file and the line
.                       The last command again
-------------------------------------------------------------------------------
`;
