"""The description of the distribution: the README with links that work outside the repository."""

import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class ReadmeHook(MetadataHookInterface):
    """Makes the relative links of the README absolute."""

    def update(self, metadata: dict[str, object]) -> None:
        """Set the description."""
        urls = metadata["urls"]
        assert isinstance(urls, dict)
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        text = absolute(text, f"{urls['Repository']}/blob/main/")
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def absolute(text: str, pages: str) -> str:
    """Markdown whose relative links lead to these pages; links within the page stay."""
    return re.sub(r"\]\((?![a-z]+:|#)", f"]({pages}", text)
