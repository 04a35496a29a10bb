"""Deploys a CDK app in a test, sends it work, and reports the results."""

from .aws import Aws
from .deployed import Deployed, Release
from .http import Caller, Response
from .queues import Queue

__all__ = ["Aws", "Caller", "Deployed", "Queue", "Release", "Response"]
