"""The report as JUnit XML, which build servers show as tests: one for each finding and each clean template.

https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from .findings import id_of
from .report import Report


def as_junit(report: Report, *, undecided: bool) -> str:
    """The whole report; undecided findings are skipped tests."""
    root = ET.Element("testsuites", name="lambda-constructs audit")
    for source in report.sources:
        found = [each for each in report.shown(undecided=undecided) if each.template == source.name]
        failed = sum(each.severity != "undecided" for each in found)
        counts = {"tests": str(len(found) or 1), "failures": str(failed), "errors": "0"}
        suite = ET.SubElement(root, "testsuite", {"name": source.name, **counts})
        for each in found:
            name = f"{id_of(each)} {each.path} {each.location}".strip()
            case = ET.SubElement(suite, "testcase", name=name, classname=source.name)
            kind = "skipped" if each.severity == "undecided" else "failure"
            text = f"{report.where(each)}: {each.message}\n{each.source}"
            result = ET.SubElement(case, kind, message=each.message)
            if kind == "failure":
                result.set("type", each.severity)
                result.text = text
        if not found:
            ET.SubElement(suite, "testcase", name="no findings", classname=source.name)
    for unread in report.unreadable:
        suite = ET.SubElement(root, "testsuite", name=unread.reason, tests="1", failures="0", errors="1")
        ET.SubElement(ET.SubElement(suite, "testcase", name="read"), "error", message=unread.reason)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)
