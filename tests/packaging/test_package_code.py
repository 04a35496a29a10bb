"""What native libraries and Python code need is compared with what the function gives them."""

from __future__ import annotations

import struct
import sys
import zipfile
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from lambda_constructs.rules import package, package_code
from lambda_constructs.rules.rule import Rule
from lambda_constructs.template.elf import glibc_of
from lambda_constructs.template.package import Package
from lambda_constructs.template.python_package import hidden_by_library, standard_library
from lambda_constructs.template.template import Template
from tests.packaging.projects import AARCH64, HANDLER, X86_64, elf, library

Contents = Mapping[str, bytes | str]
RULES: tuple[Rule[...], ...] = (
    package.package_architecture,
    package.package_interpreter,
    package.package_secrets,
    package.package_shadows_library,
    package_code.package_environment,
    package_code.package_glibc,
    package_code.package_import,
    package_code.package_handler,
    package_code.package_handler_library,
    package_code.package_handler_result,
    package_code.package_syntax,
    package_code.package_syntax_newer,
)
OURS = f"python3.{sys.version_info.minor}"
NEWER = f"python3.{sys.version_info.minor + 1}"
INSTALLED = {"pandas/__init__.py": "import numpy\n", "pandas-2.0.dist-info/METADATA": ""}
KEY = count()


def write(folder: Path, contents: Contents) -> str:
    """Write an asset of an assembly, a folder or a zip by turns; returns its key."""
    number = next(KEY)
    key = f"{number:064x}"
    files = {name: each.encode() if isinstance(each, str) else each for name, each in contents.items()}
    if number % 2:
        with zipfile.ZipFile(folder / f"asset.{key}.zip", "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return f"assets/{key}.zip"
    for name, content in files.items():
        path = folder / f"asset.{key}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return f"assets/{key}.zip"


def judged(
    folder: Path, contents: Contents, *, layers: list[Contents | str] | None = None, **properties: Any
) -> dict[str, str]:
    """What the rules find of a function in the assembly of a nested stage."""
    stage = folder / "assembly-Outer" / "assembly-Outer-Stage" / "assembly-Outer-Stage-Inner"
    stage.mkdir(parents=True, exist_ok=True)
    resources: dict[str, Any] = {}
    references: list[object] = []
    for number, layer in enumerate(layers or ()):
        if isinstance(layer, str):
            references.append(layer)
            continue
        content = {"S3Key": write(folder, layer)}
        resources[f"Layer{number}"] = {
            "Type": "AWS::Lambda::LayerVersion",
            "Properties": {"Content": content},
        }
        references.append({"Ref": f"Layer{number}"})
    given = {"Handler": "app.handler", "Runtime": "python3.13", "Architectures": ["arm64"], **properties}
    if references:
        given["Layers"] = references
    code = {"S3Key": write(folder, contents)}
    resources["Function"] = {"Type": "AWS::Lambda::Function", "Properties": {"Code": code, **given}}
    return found(Template("shop", {"Resources": resources}, stage))


def found(template: Template) -> dict[str, str]:
    """What the rules find."""
    return {
        rule.code: message
        for rule in RULES
        if rule.places is not None
        for place in rule.places(template)
        if (message := rule.of_template(*place.values)) is not None
    }


def test_accepts_every_way_to_write_code_that_runs(tmp_path: Path) -> None:
    """Imports of all kinds that work, and variables whose absence the code handles."""
    accepted: list[tuple[dict[str, Any], Contents]] = [
        ({}, {"app.py": "from __future__ import annotations\nimport boto3, os.path, json\n" + HANDLER}),
        ({}, {"app.py": "from mangum import Mangum\nhandler = Mangum(1)\n", "mangum.py": ""}),
        ({}, {"app.py": "try:\n    import ujson\nexcept ImportError:\n    import simple\n" + HANDLER}),
        ({}, {"app.py": "with suppress(ImportError):\n    import ujson\n" + HANDLER}),
        ({}, {"app.py": "if TYPE_CHECKING:\n    import stubs\n" + HANDLER}),
        ({}, {"app.py": "import sys\nsys.path.insert(0, 'vendor')\nimport hidden\n" + HANDLER}),
        ({}, {"app.py": "import pandas\n" + HANDLER, **INSTALLED}),
        ({}, {"app.py": "import yaml._yaml\n" + HANDLER, "yaml/_yaml.cpython-313-aarch64-linux-gnu.so": ""}),
        (
            {},
            {
                "app.py": "from six.moves import urllib\nimport google.cloud.x\n" + HANDLER,
                "google/cloud/x.py": "",
            },
        ),
        ({}, {"app.py": HANDLER, "tools.py": "this is not reached"}),
        ({}, {"app.py": "try:\n    import new\nexcept SyntaxError: ...\n" + HANDLER, "new.py": "1 +"}),
        *(
            ({}, {"app.py": f"try:\n    import new\nexcept {name}:\n    import other\n" + HANDLER})
            for name in ("ModuleNotFoundError", "Exception", "BaseException", "(OSError, ImportError)")
        ),
        *(
            ({}, {"app.py": f"if {condition}:\n    import debugpy\n" + HANDLER})
            for condition in (
                *("typing.TYPE_CHECKING", "environ", "find_spec('a')", "os.getenv('A')", "platform == 'a'"),
                *("sys.version_info < (3, 9)", "__name__ == '__main__'"),
            )
        ),
        *(
            ({}, {"app.py": f"import a\n{moves}\nimport hidden\n" + HANDLER, "a.py": ""})
            for moves in ("site.addsitedir(a)", "__path__ = a", "sys.meta_path += a", "sys.path_hooks += a")
        ),
        ({}, {"app.py": "with lock:\n    import json\n" + HANDLER}),
        ({}, {"app.py": "async def work(): ...\n" + HANDLER}),
        ({}, {"app.py": "@run\nasync def handler(event, context): ...\n"}),
        ({}, {"app.py": "async def handler(): ...\nhandler = run(handler)\n"}),
        ({}, {"app.py": "if fast:\n    async def handler(): ...\nelse:\n    handler = print\n"}),
        (
            {},
            {"app.py": "def handler():\n    def inner():\n        yield 1\n    return (lambda: (yield 2))\n"},
        ),
        (
            {},
            {
                "app.py": "async def handler(): ...\n"
                "def wrap():\n    global handler\n    handler = 1\nwrap()\n"
            },
        ),
        ({}, {"app.py": "from a import handler\n", "a.py": "from app import handler\n"}),
        ({}, {"app.py": "from a import handler\n", "a.py": HANDLER}),
        ({"Runtime": OURS, "Handler": "app/__init__.handler"}, {"app/__init__.py": HANDLER}),
        ({}, {"app.py": "import shop.lazy\n" + HANDLER, "shop/__init__.py": "def __getattr__(name): ...\n"}),
        (
            {},
            {
                "app.py": "import shop.api.lazy\n" + HANDLER,
                "shop/__init__.py": "",
                "shop/api/__init__.py": "def __getattr__(name): ...\n",
            },
        ),
        ({"Handler": "shop.app.handler"}, {"shop/app.py": "from .main import *\n", "shop/main.py": HANDLER}),
        (
            {"Handler": "shop/api/app.handler"},
            {"shop/api/app.py": "from ..main import handler\n", "shop/main.py": HANDLER},
        ),
        ({"Handler": "app.handlers.main.handler"}, {"app/handlers/main.py": "@trace\ndef handler(): ...\n"}),
        (
            {"Handler": "app.handler"},
            {"app.py": "", "app/__init__.py": "from . import core\nhandler = core.run\n", "app/core.py": ""},
        ),
        ({"Runtime": "python3.11"}, {"app.py": "import cgi, distutils.util\n" + HANDLER}),
        (
            {"layers": [{"python/idna.py": "", "python/lib/python3.13/site-packages/chart/__init__.py": ""}]},
            {"app.py": "import idna, chart\n" + HANDLER},
        ),
        (
            {"layers": [{"python/idna.py": ""}, "arn:aws:lambda:eu-west-1:1:layer:x:1"]},
            {"app.py": "import any\n" + HANDLER},
        ),
        (
            {"Environment": {"Variables": {"PYTHONPATH": "modules"}}},
            {"app.py": "import mounted\n" + HANDLER},
        ),
        (
            {"Environment": {"Variables": {"QUEUE": {"Ref": "Queue"}}}},
            {"app.py": "import os\nQUEUE = os.environ['QUEUE']\n" + HANDLER},
        ),
        (
            {"Environment": {"Fn::Transform": {}}},
            {"app.py": "import os\nQUEUE = os.environ['QUEUE']\n" + HANDLER},
        ),
        ({}, {"app.py": "import os\na = os.environ.get('A', '')\nb = os.environ['A']\n" + HANDLER}),
        ({}, {"app.py": "import os\nif 'A' in os.environ:\n    a = os.environ['A']\n" + HANDLER}),
        (
            {},
            {"app.py": "import os\ntry:\n    a = os.environ['A']\nexcept KeyError:\n    a = ''\n" + HANDLER},
        ),
        ({}, {"app.py": "import os\ntry:\n    a = os.environ['A']\nexcept:\n    a = ''\n" + HANDLER}),
        ({}, {"app.py": "import os\nos.environ['A'] = '1'\na = os.environ['A']\n" + HANDLER}),
        ({}, {"app.py": "import os\na = os.environ['A'] if os.getenv('B') else 1\n" + HANDLER}),
        *(
            ({}, {"app.py": f"import os\ntry:\n    os.environ['A']\nexcept {name}: ...\n" + HANDLER})
            for name in ("LookupError", "Exception", "BaseException", "(TypeError, KeyError)")
        ),
        *(
            ({}, {"app.py": f"import os\nos.{sets}\nos.environ['A']\n" + HANDLER})
            for sets in ("getenv('A', '')", "environ.setdefault('A', '')", "environ.pop('A', '')")
        ),
        *(
            ({}, {"app.py": f"from os import environ\nenviron['{name}']\n" + HANDLER})
            for name in ("AWS_REGION", "LAMBDA_TASK_ROOT", "POWERTOOLS_DEV", "_HANDLER", "HOME", "TZ")
        ),
        ({}, {"app.py": HANDLER, "tools.py": "import os, debugpy\nos.environ['NOT_REACHED']\n"}),
        ({"Handler": "layered.handler", "layers": [{"python/layered.py": ""}]}, {"app.py": "import any\n"}),
        ({"Handler": {"Ref": "Handler"}}, {"app.py": "import any\n"}),
        ({"Runtime": "python3.12"}, {"app.py": HANDLER, "fast.so": library("GLIBC_2.34", "GLIBC_PRIVATE")}),
        ({"Runtime": "python3.11"}, {"app.py": HANDLER, "fast.so": library("GLIBC_2.34", flags=2)}),
        ({"Runtime": "python3.11"}, {"app.py": HANDLER, "fast.so": library()}),
        ({"Runtime": {"Ref": "Runtime"}}, {"app.py": "if 1 == 2:\n    import any\n", "fast.so": library()}),
        ({"Runtime": "nodejs22.x", "Handler": "index.handler"}, {"index.js": "", "json.py": "import any\n"}),
        (
            {},
            {
                "app.py": HANDLER,
                "selenium/linux-arm64/manager.so": elf(AARCH64),
                "selenium/linux-x86_64/manager.so": elf(X86_64),
            },
        ),
        ({"Handler": "shop/code/app.handler"}, {"shop/code/app.py": "import code, cmd\n" + HANDLER}),
        ({}, {"app.py": "import sys\nsys.modules[__name__].handler = print\n"}),
        ({}, {"app.py": "vars()['handler'] = print\n"}),
        ({}, {"app.py": "locals().update(handler=print)\n"}),
        ({}, {"app.py": "exec(code)\n"}),
        ({}, {"app.py": "setattr(module, name, print)\n"}),
        *(
            ({}, {"app.py": f"import os, a\n{sets}\nos.environ['A']\n" + HANDLER, "a.py": ""})
            for sets in (
                "os.environ.update(read())",
                "for key in read(): os.environ[key] = '1'",
                "environ.update(A='1')",
            )
        ),
        *(
            (
                {},
                {
                    "app.py": f"import os\n{sets}\nif LOCAL:\n    import dotenv\n    os.environ['A']\n"
                    + HANDLER
                },
            )
            for sets in (
                "LOCAL = 'AWS_LAMBDA_FUNCTION_NAME' not in os.environ",
                "STAGE = os.getenv('STAGE', 'dev')\nLOCAL = STAGE == 'dev'",
                "if 'AWS_REGION' in os.environ:\n    LOCAL = False\nelse:\n    LOCAL = True",
            )
        ),
        ({}, {"app.py": HANDLER, ".env.example": "", "node_modules/a/.env": "", "b.env": "", ".envrc": ""}),
        ({}, {"app.py": "from cmd import Cmd\n" + HANDLER, "cmd/readme.txt": "", "cmd/tool.py": ""}),
    ]

    for properties, contents in accepted:
        assert judged(tmp_path, contents, **properties) == {}, contents


def test_names_a_handler_whose_module_python_does_not_find(tmp_path: Path) -> None:
    """A module wins over a folder without `__init__.py`, and the runtime has imported some before."""
    for handler, files in {
        "code/app.handler": {"code/app.py": HANDLER},
        "email.app.handler": {"email/app.py": HANDLER, "email.md": ""},
        "logging.handler": {"logging.py": HANDLER},
        "json.handler": {"json/__init__.py": HANDLER},
    }.items():
        found = judged(tmp_path, files, Handler=handler)
        name = handler.replace("/", ".").partition(".")[0]
        assert f"Python imports '{name}' of its standard library" in found["package-handler-library"]
    for module in sorted(standard_library(13)):
        read = Package(tmp_path)
        vars(read)["files"] = {f"{module}/app.py": None}
        assert hidden_by_library(read, f"{module}.app.handler", 13) == module
        vars(read)["files"] = {f"{module}/__init__.py": None, f"{module}/app.py": None}
        taken = module in ("importlib", "json", "logging", "os", "sys", "time", "traceback")
        assert hidden_by_library(read, f"{module}.app.handler", 13) == module * taken


def test_names_what_is_missing_with_file_and_line(tmp_path: Path) -> None:
    not_python: dict[str, Contents] = {
        "'app.py' (line 2: invalid syntax)": {"app.py": "import os\nprint(1) x\n"},
        "'app.py' (line 1: 'return' outside function)": {"app.py": "return 1\n"},
        "'shop/db.py' (line 3: ": {"app.py": "from shop import db\n" + HANDLER, "shop/db.py": "\n\nif :\n"},
        "'app.py' (line 1: source code": {"app.py": b"a = 1\0\n"},
        "'app.py' (line 1: ": {"app.py": b"a = '\xff'\n"},
    }
    refused: list[tuple[dict[str, Any], Contents, str, str]] = [
        (
            {},
            {"app.py": "import json\nimport pandas\n" + HANDLER},
            "package-import",
            "'pandas' (app.py, line 2)",
        ),
        (
            {},
            {"app.py": "def handler(event, context):\n    import pandas.io\n    import pandas\n"},
            "package-import",
            "'pandas' (app.py, line 2)",
        ),
        (
            {},
            {"app.py": "from shop.models import Order\n" + HANDLER, "shop/api.py": ""},
            "package-import",
            "'shop.models' (app.py",
        ),
        (
            {},
            {"app.py": "import shop.api\n" + HANDLER, "shop/__init__.py": "import x\n", "shop/api.py": ""},
            "package-import",
            "'x' (shop/__init__.py, line 1)",
        ),
        (
            {},
            {"app.py": "from shop import api\n" + HANDLER, "shop/api.py": "from .db import X\n"},
            "package-import",
            "'shop.db' (shop/api.py, line 1)",
        ),
        (
            {},
            {"app.py": "from .main import handler\n", "main.py": HANDLER},
            "package-import",
            "'.main' (app.py, line 1)",
        ),
        (
            {},
            {"app.py": "from .nowhere import main\n" + HANDLER},
            "package-import",
            "runtime have: '.nowhere' (app.py, line 1);",
        ),
        (
            {"Handler": "shop/app.handler"},
            {"shop/app.py": HANDLER, "shop/__init__.py": "import x\n"},
            "package-import",
            "'x' (shop/__init__.py, line 1)",
        ),
        (
            {},
            {"app.py": "from . import main\n" + HANDLER},
            "package-import",
            "runtime have: '.' (app.py, line 1);",
        ),
        (
            {},
            {"app.py": "DEBUG = read()\nif DEBUG:\n    import debugpy\n" + HANDLER},
            "package-import",
            "'debugpy' (app.py, line 3)",
        ),
        *(
            ({}, {"app.py": f"import os\n{reads}\n" + HANDLER}, "package-environment", "'A' (app.py, line 2)")
            for reads in (
                "QUEUE = QUEUES[os.environ['A']]",
                "FAST = os.environ['A'] == '1'",
                "with open(os.environ['A']): ...",
            )
        ),
        (
            {},
            {"app.py": "import cgi\n" + HANDLER},
            "package-import",
            "'cgi' (app.py, line 1; Python 3.13 removed it)",
        ),
        (
            {"Handler": "app/main.handler"},
            {"app/main.py": "from prices import db\n" + HANDLER, "app/prices/db.py": ""},
            "package-import",
            "'prices' (app/main.py, line 1; it is in 'app'); add them to the package, or correct the import",
        ),
        (
            {"Handler": "orders.app.handler"},
            {"orders/app.py": "from src.shared.db import X\n" + HANDLER, "shared/db.py": "X = 1\n"},
            "package-import",
            "'src' (orders/app.py, line 1; the package has 'shared.db'); add them",
        ),
        (
            {},
            {
                "app.py": "from shop import DEBUG\nif DEBUG:\n    import debugpy\n" + HANDLER,
                "shop.py": "DEBUG = 1",
            },
            "package-import",
            "'debugpy' (app.py, line 3)",
        ),
        (
            {},
            {"app.py": "from cmd import aws\nimport cmd.aws\n" + HANDLER, "cmd/aws.py": ""},
            "package-import",
            "'cmd' (app.py, line 1; Python imports its standard library) and 'cmd.aws' (app.py, line 2;",
        ),
        (
            {},
            {
                "app.py": HANDLER,
                "a/b/fast.so": elf(X86_64),
                "a/c/d/fast.so": elf(AARCH64),
                "fast.so": elf(AARCH64),
            },
            "package-architecture",
            "'a/b/fast.so' (x86_64);",
        ),
        ({"Runtime": "python3.10"}, {"app.py": "import tomllib\n" + HANDLER}, "package-import", "'tomllib'"),
        (
            {"layers": [{"python/lib/python3.12/site-packages/idna.py": "", "idna.py": ""}]},
            {"app.py": "import idna\n" + HANDLER},
            "package-import",
            "'idna'",
        ),
        (
            {},
            {"app.py": "try:\n    import pandas\nexcept ValueError: ...\n" + HANDLER},
            "package-import",
            "'pandas'",
        ),
        (
            {},
            {"app.py": "import os\nfor x in ():\n    os.environ['A']\n" + HANDLER},
            "package-environment",
            "'A' (app.py, line 3)",
        ),
        (
            {},
            {"app.py": "import os\nFOUND = {'A': f\"{os.environ['A']}\"}\n" + HANDLER},
            "package-environment",
            "'A' (app.py, line 2)",
        ),
        (
            {},
            {"app.py": "import os, dotenv\nprint(os.environ[key], os.environ['A'])\n", "dotenv.py": ""},
            "package-environment",
            "'A' (app.py, line 2)",
        ),
        (
            {"Environment": {"Variables": {"B": "1"}}},
            {"app.py": "import os\ndef handler(event, context):\n    if event:\n        os.environ['A']\n"},
            "package-environment",
            "'A' (app.py, line 4)",
        ),
        (
            {"Runtime": "python3.11"},
            {"app.py": HANDLER, "fast.so": library("GLIBC_2.17", "GLIBC_2.28")},
            "package-glibc",
            "python3.11 has glibc 2.26, but the package has libraries that need a newer one: 'fast.so'",
        ),
        (
            {"Runtime": "nodejs18.x", "Handler": "index.handler"},
            {"fast.node.so": library("GLIBC_2.28.1")},
            "package-glibc",
            "nodejs18.x has glibc 2.26",
        ),
        *(
            (
                {},
                {"app.py": HANDLER.encode(), "fast.cpython-313-darwin.so": magic + bytes(20)},
                "package-architecture",
                "'fast.cpython-313-darwin.so' (macOS)",
            )
            for magic in (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
        ),
        (
            {"Architectures": []},
            {"app.py": HANDLER, "fast.so": elf(AARCH64)},
            "package-architecture",
            "libraries that x86_64 cannot load: 'fast.so' (arm64)",
        ),
        (
            {},
            {"app.py": HANDLER, "fast.cpython-313-darwin.so": ""},
            "package-interpreter",
            "'fast.cpython-313-darwin.so'",
        ),
        (
            {},
            {"app.py": HANDLER, "fast.cpython-313t-aarch64-linux-gnu.so": elf(AARCH64)},
            "package-interpreter",
            "313t",
        ),
        (
            {},
            {"app.py": HANDLER, "fast.cpython-313-aarch64-linux-musl.so": elf(AARCH64)},
            "package-interpreter",
            "musl",
        ),
        (
            {},
            {"app.py": HANDLER, "fast.cp313-win_amd64.pyd": ""},
            "package-interpreter",
            "'fast.cp313-win_amd64.pyd'",
        ),
        ({}, {"app.py": "", "app/__init__.py": ""}, "package-handler", "'handler' in 'app/__init__.py'"),
        ({}, {"app.py": HANDLER, "queue.py": ""}, "package-shadows-library", "'queue'"),
        (
            {},
            {
                "app.py": "import os, dotenv\ndotenv.load_dotenv()\nos.environ['A']\n" + HANDLER,
                "dotenv.py": "",
                **dict.fromkeys((".env", "shop/.env.prod", ".env.example"), ""),
            },
            "package-secrets",
            "hold secrets: '.env' and 'shop/.env.prod'; leave",
        ),
        *(
            (
                {},
                {"main.py": HANDLER, **files},
                "package-handler-result",
                f"'app.handler', which returns {kind}",
            )
            for kind, files in {
                "a coroutine (app.py, line 2)": {"app.py": "import os\nasync def handler(): ...\n"},
                "a coroutine (app.py, line 1)": {"app.py": "async def main(): ...\nhandler = main\n"},
                "a coroutine (a/b.py, line 1)": {
                    "app.py": "from a.c import main as handler\n",
                    "a/b.py": "async def run(): ...\n",
                    "a/c.py": "from .b import run\nmain = run\n",
                },
                "a generator (app.py, line 1)": {"app.py": "def handler():\n    yield 1\n"},
                "a generator (app.py, line 3)": {
                    "app.py": "\n\nasync def handler():\n    if 1:\n        yield 1\n"
                },
            }.items()
        ),
        *(
            ({"Runtime": OURS}, files, "package-syntax", f"is not valid Python: {place}")
            for place, files in not_python.items()
        ),
        (
            {"Runtime": NEWER},
            {"app.py": "a newer syntax\n"},
            "package-syntax-newer",
            f"{NEWER} is newer than {OURS}, which checks the code and cannot read 'app.py' (line 1: invalid",
        ),
    ]

    for properties, contents, code, message in refused:
        assert message in judged(tmp_path, contents, **properties).get(code, ""), contents


def test_does_not_ask_for_variables_that_a_file_may_set(tmp_path: Path) -> None:
    code = "import os, dotenv\nos.environ['A']\n" + HANDLER
    for more, codes in (({}, ["package-environment"]), ({".env": ""}, ["package-secrets"])):
        assert list(judged(tmp_path, {"app.py": code, "dotenv.py": "", **more})) == codes


def test_code_in_the_template_is_a_module_called_index() -> None:
    accepted = (
        ("index.handler", HANDLER),
        ("index.handler", "import cfnresponse, json, boto3\n" + HANDLER),
        ("index.handler", {"Fn::Sub": "QUEUE = '${Queue}'\n"}),
        ({"Ref": "Handler"}, "def main(): ..."),
        ("dummy-value-for-/orders/handler", "def main(): ..."),
    )
    refused = (
        ("app.handler", HANDLER, "package-handler", "does not have 'app.py'"),
        ("index.handler", "def main(): ...", "package-handler", "does not have 'handler' in 'index.py'"),
        (
            "index.handler",
            "async def handler(): ...",
            "package-handler-result",
            "a coroutine (index.py, line 1)",
        ),
        ("index.handler", "import requests\n" + HANDLER, "package-import", "'requests' (index.py, line 1)"),
        ("index.handler", "import os\nX = os.environ['X']\n" + HANDLER, "package-environment", "'X'"),
        ("index.handler", "def handler(:\n", "package-syntax", "'index.py' (line 1: "),
    )

    def judge(handler: object, code: object, runtime: str = OURS) -> dict[str, str]:
        properties = {"Handler": handler, "Runtime": runtime, "Code": {"ZipFile": code}}
        function = {"Type": "AWS::Lambda::Function", "Properties": properties}
        return found(Template("shop", {"Resources": {"Function": function}}))

    for handler, code in accepted:
        assert judge(handler, code) == {}, code
    for handler, text, rule, message in refused:
        assert message in judge(handler, text)[rule], text
    assert judge("index.handler", "exports.handler = 1", "nodejs24.x") == {}


def test_does_not_follow_what_an_installer_put_there(tmp_path: Path) -> None:
    """Packages import optional modules in many ways; `RECORD` and `top_level.txt` name what they have."""
    record = 'pandas/__init__.py,,\n"../../bin/x",,\npandas-2.0.dist-info/METADATA,,\npandas.libs/a.so,,\n'
    for more in ({}, {"RECORD": record}, {"top_level.txt": "pandas\n"}):
        named = {f"pandas-2.0.dist-info/{name}": text for name, text in more.items()}

        assert judged(tmp_path, {"app.py": "import pandas\n" + HANDLER, **INSTALLED, **named}) == {}


@pytest.mark.parametrize("content", [b"", b"\x7fELF\x02\x01", elf(AARCH64), library("GLIBC_2.28")[:200]])
def test_damaged_library_needs_nothing(content: bytes) -> None:
    assert glibc_of(content) == 0


def test_library_without_a_table_of_versions_needs_nothing() -> None:
    content = bytearray(library("GLIBC_2.28"))
    struct.pack_into("<Q", content, len(content) - 16, 0)  # the tag of the table

    assert glibc_of(bytes(content)) == 0


def test_library_with_tables_outside_the_file_needs_nothing() -> None:
    content = bytearray(library("GLIBC_2.28"))
    tags = len(content) - 32
    struct.pack_into("<Q", content, tags + 8, 1 << 40)

    assert glibc_of(bytes(content)) == 0
