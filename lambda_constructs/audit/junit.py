"""The report as JUnit XML, which build servers show as tests: one for each finding and each clean template.

https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from ..text_table import one_line, printable
from .findings import id_of
from .report import Report


def as_junit(report: Report, *, undecided: bool) -> str:
    """The whole report; undecided findings are skipped tests."""
    root = ET.Element("testsuites", name="lambda-constructs audit")
    for source in report.sources:
        found = [each for each in report.shown(undecided=undecided) if each.template == source.name]
        failed = sum(each.severity != "undecided" for each in found)
        counts = {"tests": str(len(found) or 1), "failures": str(failed), "errors": "0"}
        suite = ET.SubElement(root, "testsuite", {"name": one_line(source.name), **counts})
        for each in found:
            name = one_line(f"{id_of(each)} {each.path} {each.location}".strip())
            case = ET.SubElement(suite, "testcase", name=name, classname=one_line(source.name))
            kind = "skipped" if each.severity == "undecided" else "failure"
            text = printable(f"{report.where(each)}: {each.message}\n{each.source}")
            result = ET.SubElement(case, kind, message=one_line(each.message))
            if kind == "failure":
                result.set("type", each.severity)
                result.text = text
        if not found:
            ET.SubElement(suite, "testcase", name="no findings", classname=one_line(source.name))
    for unread in report.unreadable:
        reason = one_line(str(unread))
        suite = ET.SubElement(root, "testsuite", name=reason, tests="1", failures="0", errors="1")
        ET.SubElement(ET.SubElement(suite, "testcase", name="read"), "error", message=reason)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)
