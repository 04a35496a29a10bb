"""The server: ministack plus the AWS behavior that it lacks, grouped by AWS service.

Each module wraps functions of ministack with `core.hooks`, does not copy them, and names the AWS
documentation that it follows. Modules import ministack and the standard library only, because function
handlers run in the same environment and can import whatever is installed there.
"""
