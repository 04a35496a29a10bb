"""What a module offers, from its syntax tree."""

from __future__ import annotations

from lambda_constructs.template.python_module import read_module
from tests.for_each import for_each


@for_each(
    "source",
    [
        "def handler(event, context): ...",
        "async def handler(event, context): ...",
        "@logger.inject\n@metrics\ndef handler(event, context): ...",
        "class handler: ...",
        "handler = Mangum(app)",
        "handler: Handler = make()",
        "first, (handler, *rest) = make()",
        "from orders.app import handler",
        "from orders.app import main as handler",
        "import orders.handler as handler",
        "from orders.app import *",
        "if FAST:\n    from fast import handler\nelse:\n    def handler(): ...",
        "try:\n    import fast\nexcept ImportError:\n    def handler(): ...",
        "match KIND:\n    case 1:\n        handler = one",
        "with open(x) as file:\n    handler = file.read()",
        "for handler in []: ...",
        "def __getattr__(name): ...",
        "type X[T = = broken",
        "null\0byte",
        "-" * 10_000 + "1",
        "a" + ".b" * 10_000,
        "import handler.core",
        "def make():\n    global handler\n    handler = 1",
        "globals()['handler'] = 1",
    ],
)
def test_offers_the_name(source: str) -> None:
    offers = read_module(source.encode()).offers
    assert offers is None or "handler" in offers


@for_each(
    "source",
    [
        "",
        "def main(): ...",
        "handler",
        "handler: Handler",
        r"'\d'",
        "def main():\n    handler = 1",
        "class A:\n    def handler(self): ...",
    ],
)
def test_does_not_offer_the_name(source: str) -> None:
    offers = read_module(source.encode()).offers
    assert offers is not None
    assert "handler" not in offers
