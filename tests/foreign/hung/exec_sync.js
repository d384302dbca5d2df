// Starts a helper in the background by a shell, and waits for the end of the shell's output. The
// shell has ended, but the helper still holds the pipe.
const { execSync } = require('child_process');

console.log(String(execSync('sleep 1000 & echo started')));
