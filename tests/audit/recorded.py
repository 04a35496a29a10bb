"""Prints the templates that the tests of the rules audit, as JSON: accepted and refused cases."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from typing import Any
from unittest.mock import patch

import pytest

from lambda_constructs.audit import audit
from tests.audit import support


def main() -> None:
    """Run the tests of the rules, and record what they audit."""
    seen = dict[str, None]()

    def recording(name: str, source: Any) -> Any:
        with contextlib.suppress(TypeError):  # not every malformed template is JSON
            seen[json.dumps(source)] = None
        return audit(name, source)

    with patch.object(support, "audit", recording), contextlib.redirect_stdout(io.StringIO()):
        status = pytest.main(["-q", "-p", "no:cacheprovider", "tests/rules"])
    print(json.dumps([json.loads(each) for each in seen]))
    sys.exit(status)


if __name__ == "__main__":
    main()
