"""`python -m lambda_constructs_emulator`: start the emulator and serve until Ctrl-C."""

import argparse
import shlex
import signal
import threading

from .process import Emulator


def main() -> None:
    """Start the emulator, print the variables that point a shell at it, and wait for Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m lambda_constructs_emulator", description=__doc__)
    parser.add_argument(
        "--time-scale",
        type=float,
        default=1.0,
        help="factor on AWS's waits: with 0.01 a canary takes seconds instead of minutes (default: 1)",
    )
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Emulator(time_scale=options.time_scale) as emulator:
        print(f"# The emulator serves {emulator.endpoint}; log: {emulator.log}; press Ctrl-C to stop it.")
        print(f"# AWS's waits are {1 / options.time_scale:g} times shorter. In another shell:")
        for name, value in emulator.client_environment.items():
            print(f"export {name}={shlex.quote(value)}")
        print(f"export CDK_HOME={shlex.quote(emulator.environment['CDK_HOME'])}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
