// Runs a Node.js handler with AWS's runtime interface client, in the process of one execution environment.
//
// AWS's client imports the handler, patches the console, makes the context and the error documents. Only its
// transport is replaced, by `transport.cjs`.
//
//     https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
//     https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
//
// Arguments: the file of the client, and the directory of the layers.
"use strict";

const fs = require("node:fs");
const https = require("node:https");
const { dirname, resolve, sep } = require("node:path");
const { registerHooks, syncBuiltinESMExports } = require("node:module");
const { pathToFileURL } = require("node:url");

const [client, layers] = process.argv.splice(2);
const task = process.env.LAMBDA_TASK_ROOT;
const CLIENT = pathToFileURL(client).href;
const TRANSPORT = pathToFileURL(resolve(__dirname, "transport.cjs")).href;
const REPLACED = ["./rapid-client.node", "http", "node:http"];

// ES modules are found in NODE_PATH too, as on AWS since Node.js 18; Node.js itself does this for CommonJS only.
const PACKAGES = (process.env.NODE_PATH ?? "").split(":").filter((path) => path.endsWith("/node_modules"));
const PARENTS = PACKAGES.map((path) => pathToFileURL(resolve(dirname(path), "index.mjs")).href);

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (context.parentURL === CLIENT && REPLACED.includes(specifier)) {
      return { url: TRANSPORT, format: "commonjs", shortCircuit: true };
    }
    let missing;
    for (const parentURL of [context.parentURL, ...PARENTS]) {
      try {
        return nextResolve(specifier, { ...context, parentURL });
      } catch (error) {
        if (error.code !== "ERR_MODULE_NOT_FOUND" || /^(\.|\/|file:)/.test(specifier)) throw error;
        missing ??= error;
      }
    }
    throw missing;
  },
});

// Code and layers are read-only on AWS. The number is the argument that names the file to change.
const CHANGES = {
  appendFile: 0, chmod: 0, copyFile: 1, cp: 1, link: 1, mkdir: 0, mkdtemp: 0, rename: 0, rm: 0, rmdir: 0,
  symlink: 1, truncate: 0, unlink: 0, writeFile: 0,
};
const READS = ["r", "rs", "sr", undefined, fs.constants.O_RDONLY];
const READ_ONLY = [task, layers].map((path) => fs.realpathSync(path) + sep);

function refused(path) {
  const place = typeof path === "string" || path instanceof URL ? resolve(path.pathname ?? path) : "";
  if (!READ_ONLY.some((directory) => place.startsWith(directory))) return undefined;
  return Object.assign(new Error(`EROFS: read-only file system, '${path}'`), {
    errno: -30, code: "EROFS", path: String(path),
  });
}

function protect(owner, name, errorOf, fail) {
  const original = owner[name];
  owner[name] = function (...args) {
    const error = errorOf(args);
    return error ? fail(error, args) : original.apply(this, args);
  };
}

function protectAll(name, errorOf) {
  protect(fs, `${name}Sync`, errorOf, (error) => { throw error; });
  protect(fs.promises, name, errorOf, (error) => Promise.reject(error));
  protect(fs, name, errorOf, (error, args) => process.nextTick(args.at(-1), error));
}

for (const [name, index] of Object.entries(CHANGES)) protectAll(name, (args) => refused(args[index]));
const flags = (args) => (typeof args[1] === "function" ? undefined : args[1]);
protectAll("open", (args) => (READS.includes(flags(args)) ? undefined : refused(args[0])));
syncBuiltinESMExports();

// CDK's custom resources answer at port 443, whatever port the address has, because CloudFormation's has none.
const { port } = new URL(process.env.AWS_ENDPOINT_URL);
const connect = https.globalAgent.createConnection;
https.globalAgent.createConnection = function (options, ...rest) {
  const toAnswer = options.host === "localhost" && Number(options.port) === 443;
  return connect.call(this, toAnswer ? { ...options, port } : options, ...rest);
};

// What is printed must be written before the answer is.
for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);

process.argv[1] = client;
process.env._LAMBDA_TELEMETRY_LOG_FD = "2";
process.env.AWS_LAMBDA_RUNTIME_API = "127.0.0.1:9001"; // The client wants one; nothing answers there.
import(CLIENT)
  // The client of the runtimes up to nodejs22.x exports its main function, the later one calls it.
  .then((module) => module.run?.(task, process.env._HANDLER))
  .catch((error) => process.emit("uncaughtException", error));
