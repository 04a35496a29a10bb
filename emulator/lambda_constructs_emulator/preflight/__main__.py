"""Runs the command of a CDK app for the CDK CLI, and fails if the emulator cannot honor what it made.

The CLI creates nothing when its app fails.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from ..installation import InstallationError
from .checks import require
from .findings import PreflightError
from .node import install_node_packages
from .rebuild import rebuild


def main() -> int:
    """Return the status of the app, or 1 for a finding."""
    parser = argparse.ArgumentParser()
    for name in ("stack", "account", "region", "app"):
        parser.add_argument(name)
    options = parser.parse_args()
    # The CLI runs an app in a shell too.
    status = subprocess.run(options.app, shell=True, check=False).returncode  # noqa: S602
    assembly = Path(os.environ["CDK_OUTDIR"])
    if status == 0 and (assembly / "manifest.json").is_file():
        try:
            rebuild(assembly, options.stack)
            require(assembly, options.stack, account=options.account, region=options.region)
            install_node_packages(assembly, options.stack)
        except (PreflightError, InstallationError) as error:
            print(error, file=sys.stderr)
            return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
