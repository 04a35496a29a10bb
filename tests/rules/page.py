"""docs/reference/rules.md from the catalogue: every rule with what it allows, why, and what it says."""

from __future__ import annotations

import inspect
import re
from itertools import groupby

from lambda_constructs.rules.rule import CATALOGUE, Rule
from tests.audit.corpus.sample import TEMPLATES, judged
from tests.rules.messages import messages, users

HEAD = """\
# Rules: errors and warnings by code

Every error and warning of this library, by code. A test writes this page from the catalogue of rules and
fails if it is not current.

- An **error** stops the construct that it is about, before anything is created. A **warning** is reported,
  and you can acknowledge it by its code.
- *Constructs* check a rule when you create them. The [audit](../how-to/audit.md) checks it in any template,
  even in one that was created without these constructs. *Sizing* checks it in
  [measurements](../how-to/sizing.md).
- A *heuristic* rule judges by names and patterns, and can be wrong: you can acknowledge even its errors.

False positives of the audit: {wrong} of {findings} errors and warnings in {templates} published templates
([sample](../../tests/audit/corpus/ATTRIBUTION.md)) are wrong ({share:.0%}); the template was read
for each. {later} of the findings, by {codes} rules, are in {unseen} templates of packages that were not read
before the rules were written: one was wrong about its template, one named the wrong place,
and the templates had three faults that the audit missed. The rules were fixed. In all {corpus} templates of
`make corpus`, the rules report 13 missing permissions, one role that does not trust Lambda, and 20 tasks
without a retry; all 34 were read and are right.

"""
CORPUS = 1_049  # 682 of the packages of the first sample, 367 of those of the second


def page() -> str:
    """The whole page."""
    rules = sorted(CATALOGUE.values(), key=lambda rule: (subject(rule), rule.code))
    sections = {name: list(each) for name, each in groupby(rules, key=subject)}
    contents = "\n".join(
        f"- [{name}](#{anchor(name)}): {len(each)} rule{'s' * (len(each) > 1)}"
        for name, each in sections.items()
    )
    read = judged()
    later = [each for each in read if each.sample == "2"]
    wrong = sum(each.verdict == "false" for each in read)
    head = HEAD.format(
        templates=len(TEMPLATES),
        findings=len(read),
        wrong=wrong,
        share=wrong / len(read),
        later=len(later),
        codes=len({each.code for each in later}),
        unseen=len({each.template for each in later}),
        corpus=f"{CORPUS:,}",
    )
    parts = [head, contents, "\n"]
    for name, each in sections.items():
        parts += [f"\n## {name}\n", *map(entry, each)]
    return "".join(parts)


def subject(rule: Rule[...]) -> str:
    """The section of a rule: what its module says that it is about."""
    module = inspect.getmodule(rule.check)
    title = re.split(r"[:.,]", str(module and module.__doc__))[0].removeprefix("Rules for ")
    return f"{title[0].upper()}{title[1:]}"


def anchor(heading: str) -> str:
    """What a heading is linked by."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def entry(rule: Rule[...]) -> str:
    """One rule: its code is the anchor."""
    kind = f"{rule.severity}{', heuristic' if rule.heuristic else ''}"
    kind += ", in other templates a warning" if rule.accepted else ""
    said = "".join(f"\n> {escaped(message)}\n" for message in messages(rule.code)[:1])
    return (
        f"\n### {rule.code}\n\n**{kind}** ({', '.join(users(rule))}). {escaped(rule.demand)}\n{said}\n"
        f"{escaped(rule.why)} [Source]({rule.source})\n"
    )


def escaped(text: str) -> str:
    """A text whose signs Markdown leaves alone."""
    return re.sub(r"([*_<>\[\]`|\\])", r"\\\1", text)
