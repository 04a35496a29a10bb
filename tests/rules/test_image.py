"""Images that a cloud assembly builds, and the architectures of the functions that run them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lambda_constructs.audit import audit
from tests.audit.support import function, ref, template

IMAGE = "0" * 63 + "1"


def refused(folder: Path | None, uri: Any, **properties: Any) -> bool:
    """Whether a function whose image is at a URI is refused."""
    none = {"Handler": None, "Runtime": None}
    own = function(**none, PackageType="Image", Code={"ImageUri": uri}, **properties)
    return "image-platform" in {each.code for each in audit("Shop", template(Function=own), folder)}


def test_the_platform_of_an_image_is_that_of_the_function(tmp_path: Path) -> None:
    source = {"directory": f"asset.{IMAGE}", "platform": "linux/amd64"}
    images = {IMAGE: {"source": source}, "2" * 64: {"source": {"directory": "asset"}}}
    (tmp_path / "Shop.assets.json").write_text(json.dumps({"dockerImages": images}))
    (tmp_path / "Files.assets.json").write_text(json.dumps({"files": {}}))
    (tmp_path / "notes.assets.json").write_text("not of CDK")
    uri = {"Fn::Join": ["", [ref("AWS::AccountId"), ".dkr.ecr.eu-west-1.amazonaws.com/assets:v-", IMAGE]]}

    assert refused(tmp_path, uri)
    assert not refused(tmp_path, uri, Architectures=["x86_64"])
    assert not refused(tmp_path, uri, Architectures=None)
    assert not refused(None, uri)
    for other in ("2" * 64, "3" * 64, "1", ref("Uri")):
        assert not refused(tmp_path, other)
