"""The metadata of a template about its workloads, for tools outside of CDK."""

from __future__ import annotations

from typing import Final

KEY: Final = "lambda-constructs"  # the key in the metadata of the template

FORMAT: Final = 1  # the format of the entry: a change that older readers misunderstand increments it
