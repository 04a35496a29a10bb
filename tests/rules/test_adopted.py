"""Two aliases of a function with one name."""

from __future__ import annotations

from tests.audit.support import alias, found, function, ref, template, version


def test_a_function_has_an_alias_of_each_name_once() -> None:
    def shop(name: object) -> list[tuple[str, str, str]]:
        resources = {"Function": function(), "Version": version(), "One": alias(), "Two": alias(Name=name)}
        return found(template(**resources), "alias-twice")

    assert shop("other") == []
    assert shop(ref("AWS::StackName")) == []
    assert shop("live") == [("alias-twice", "error", "One"), ("alias-twice", "error", "Two")]
