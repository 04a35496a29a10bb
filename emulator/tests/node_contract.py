"""The contract of Lambda's Node.js runtimes: for each promise, a probe that runs in a handler."""

from emulator.tests.runtime_contract import Promise

NAME = "probed-node"
ARN = f"arn:aws:lambda:us-east-1:000000000000:function:{NAME}"

VARIABLES = "configuration-envvars.html"
CONTEXT = "nodejs-context.html"
PACKAGES = "nodejs-package.html"
RUNTIMES = "lambda-runtimes.html"

CONTRACT = (
    Promise("`_HANDLER` is the handler", VARIABLES, "env._HANDLER", "app.handler"),
    Promise(
        "`AWS_EXECUTION_ENV` names the runtime", VARIABLES, "env.AWS_EXECUTION_ENV", "AWS_Lambda_nodejs24.x"
    ),
    Promise(
        "Name, memory and version of the function are variables",
        VARIABLES,
        "['NAME', 'MEMORY_SIZE', 'VERSION'].map(name => env[`AWS_LAMBDA_FUNCTION_${name}`])",
        [NAME, "256", "$LATEST"],
    ),
    Promise("`TZ` is UTC", VARIABLES, "[env.TZ, new Date().getTimezoneOffset()]", [":UTC", 0]),
    Promise(
        "`LAMBDA_TASK_ROOT` is the directory of the code",
        VARIABLES,
        "env.LAMBDA_TASK_ROOT === __dirname",
        True,
    ),
    Promise(
        "`_X_AMZN_TRACE_ID` is the trace of the invocation",
        VARIABLES,
        "env._X_AMZN_TRACE_ID.replace(/[0-9a-f]{8,}/g, 'HEX')",
        "Root=1-HEX-HEX;Parent=HEX;Sampled=0;Lineage=1:HEX:1",
    ),
    Promise("Variables of the function are set", VARIABLES, "env.STAGE", "test"),
    Promise(
        "Variables of the emulator are not visible",
        VARIABLES,
        "Object.keys(env).filter(name => /^(MINISTACK|GATEWAY|LAMBDA_EMULATOR|_LAMBDA|PYTHON)/.test(name))",
        [],
    ),
    Promise(
        "Credentials are those of the execution role",
        "lambda-intro-execution-role.html",
        "(await identity()).split(':').at(-1)",
        f"assumed-role/{NAME}-role/{NAME}",
    ),
    Promise("The working directory is that of the code", RUNTIMES, "process.cwd() === __dirname", True),
    Promise(
        "The code directory is read-only",
        RUNTIMES,
        "[refused('writeFileSync', 'new.txt', ''), refused('openSync', 'app.js', 'w'),"
        " refused('unlinkSync', 'app.js'), await refusedLater('writeFile', 'new.txt', ''),"
        " await refusedLater('mkdir', 'new')]",
        ["EROFS"] * 5,
    ),
    Promise("Files of the code can be read", RUNTIMES, "fs.readFileSync('both.js', 'utf8').length > 0", True),
    Promise(
        "Temporary files can be written",
        RUNTIMES,
        "fs.statSync(fs.mkdtempSync(`${os.tmpdir()}/`)).isDirectory()",
        True,
    ),
    Promise(
        "Packages of the code are found before those of layers, and those before the runtime's",
        PACKAGES,
        "[require('both'), require('tslib').FROM, typeof require('@aws-sdk/client-s3').S3Client]",
        ["code", "layer", "function"],
    ),
    Promise(
        "A layer can have packages for one version of Node.js",
        "chapter-layers.html",
        "require('versioned')",
        "node24",
    ),
    Promise(
        "ES modules import from layers and from the runtime, too",
        PACKAGES,
        "[(await import('both')).default, (await import('tslib')).default.FROM,"
        " typeof (await import('@aws-sdk/client-sqs')).SQSClient]",
        ["code", "layer", "function"],
    ),
    Promise(
        "Only what the runtime has can be required",
        PACKAGES,
        "missing('aws-cdk', 'aws-lambda-ric', 'npm')",
        3,
    ),
    Promise(
        "`context` names the function, its version, its memory and the ARN that the caller named",
        CONTEXT,
        "['functionName', 'functionVersion', 'memoryLimitInMB', 'invokedFunctionArn'].map(n => context[n])",
        [NAME, "$LATEST", "256", ARN],
    ),
    Promise(
        "`context.awsRequestId` is a UUID",
        CONTEXT,
        "/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(context.awsRequestId)",
        True,
    ),
    Promise(
        "`context.logGroupName`, `logStreamName`",
        CONTEXT,
        "[context.logGroupName, context.logStreamName === env.AWS_LAMBDA_LOG_STREAM_NAME]",
        [f"/aws/lambda/{NAME}", True],
    ),
    Promise(
        "`context.getRemainingTimeInMillis()` counts down from the timeout",
        CONTEXT,
        "context.getRemainingTimeInMillis() > 5000 && context.getRemainingTimeInMillis() <= 10000",
        True,
    ),
    Promise(
        "Handlers can stream responses",
        "configuration-response-streaming.html",
        "typeof awslambda.streamifyResponse",
        "function",
    ),
)

HANDLER = """
const fs = require('fs'), os = require('os'), env = process.env;
const identity = async () => {
  const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
  return (await new STSClient().send(new GetCallerIdentityCommand({}))).Arn;
};
const refused = (name, ...args) => { try { fs[name](...args); } catch (error) { return error.code; } };
const refusedLater = (name, ...args) => fs.promises[name](...args).catch((error) => error.code);
const missing = (...names) => names.filter((name) => {
  try { require(name); } catch (error) { return error.code === 'MODULE_NOT_FOUND'; }
}).length;
exports.handler = async (event, context) => {
  const found = [];
  for (const probe of event) found.push(await eval(`(async () => ${probe})()`));
  return found;
};
"""

FAULTS = """
class OrderRejected extends Error { name = 'OrderRejected'; }
let calls = 0;
exports.handler = async (event) => {
  calls += 1;
  console.debug('not shown in JSON at INFO');
  console.log('order %d', 7, 'two\\nlines');
  console.error(new OrderRejected('told').message);
  process.stdout.write('printed\\n');
  if (event === 'raise') throw new OrderRejected('no stock');
  if (event === 'uncaught') {
    setTimeout(() => { throw new OrderRejected('too late'); }, 5);
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
  if (event === 'reject') {
    Promise.reject(new OrderRejected('unseen'));
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
  if (event === 'exit') process.exit(3);
  if (event === 'hang') while (true);
  if (event === 'late') setTimeout(() => console.log('printed late'), 30);
  if (event === 'count') return calls;
  return event;
};
"""
"""A handler that fails as it is told."""
