"""Help for the tests of CDK apps: templates to compare, findings as lists, and assertions of one line.

`Template.from_stack` of `aws_cdk.assertions` asks for single properties; this package has the rest.
"""

from .assertions import assert_no_audit_findings as assert_no_audit_findings
from .assertions import assert_no_nag_findings as assert_no_nag_findings
from .assertions import assert_refused as assert_refused
from .audit import audit_findings as audit_findings
from .nag import NagFinding as NagFinding
from .nag import all_nag_findings as all_nag_findings
from .nag import nag_findings as nag_findings
from .templates import masked as masked
from .templates import template_of as template_of

__all__ = [
    "NagFinding",
    "all_nag_findings",
    "assert_no_audit_findings",
    "assert_no_nag_findings",
    "assert_refused",
    "audit_findings",
    "masked",
    "nag_findings",
    "template_of",
]
