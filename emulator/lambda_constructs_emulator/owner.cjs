// Ends the CDK CLI, and the app that it runs, when its owner ends, however that died. The CLI leads its process
// group, and its standard input is a pipe that nobody writes to. Loaded before the CLI.
"use strict";

process.stdin.on("end", () => process.kill(process.platform === "win32" ? process.pid : 0, "SIGKILL"));
process.stdin.resume();
process.stdin.unref(); // the CLI ends when its work is done
