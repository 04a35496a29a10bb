"""The metadata of a template about its workloads, for tools outside of CDK."""

from __future__ import annotations

from typing import Final

KEY: Final = "lambda-constructs"
"""The key in the metadata of the template."""

FORMAT: Final = 1
"""The format of the entry: a change that older readers misunderstand increments it."""
