"""Synthesizes the app of a construct, even if findings of plugins fail the synthesis."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from constructs import Construct

from ..compliance.validation import REPORT


def app_of(scope: Construct) -> cdk.App:
    """The app that a construct is in.

    Raises:
        TypeError: The construct is not in an app.
    """
    root = scope.node.root
    if not isinstance(root, cdk.App):
        raise TypeError(f"{scope.node.path or 'the scope'} is not in an App, so it cannot be synthesized")
    return root


def synthesize(app: cdk.App) -> Path:
    """Synthesize an app again; returns the folder of the assembly."""
    assembly = Path(app.outdir)
    report = assembly / REPORT
    report.unlink(missing_ok=True)  # CDK leaves an old report if a synthesis writes none
    try:
        app.synth(force=True)
    except RuntimeError:
        if not report.exists():
            raise  # CDK could not synthesize the app; findings are in the report
    return assembly


def within(scope: Construct, path: str) -> bool:
    """Whether a construct path is that of a scope or of a construct below it."""
    own = scope.node.path
    return not own or path == own or path.startswith(f"{own}/")
