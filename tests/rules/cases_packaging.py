"""The table, continued: what the rules for packaged code accept and refuse."""

from __future__ import annotations

from lambda_constructs.rules import package, package_code, python_code
from lambda_constructs.rules.rule import Rule
from tests.rules.case import accept, refuse

# Asked only where the answer is already no: these rules accept nothing.
ALWAYS_REFUSE: tuple[Rule[...], ...] = (
    python_code.code_path_file,
    python_code.code_path_missing,
    python_code.lock_missing,
    python_code.lock_python,
    python_code.lock_unreadable,
    python_code.packages_not_installed,
    python_code.cache_unusable,
    python_code.layer_empty,
    python_code.source_empty,
    python_code.source_handler,
    python_code.source_unreadable,
    python_code.uv_missing,
)

PYTHON_CODE = (
    refuse(python_code.code_path_missing, "services/orders", "/app"),
    refuse(python_code.code_path_file, "services/orders/app.py"),
    accept(python_code.python_code_runtime, "python3.13", ["python3.13"]),
    refuse(python_code.python_code_runtime, "nodejs22.x", ["python3.12", "python3.13"]),
    refuse(python_code.uv_missing, "uv"),
    refuse(python_code.lock_missing, "services/orders", "uv lock"),
    accept(python_code.lock_stale, "services/orders/uv.lock", []),
    refuse(python_code.lock_stale, "services/orders/uv.lock", ["idna", "pydantic"]),
    refuse(python_code.lock_unreadable, "services/orders/uv.lock", "the group mail is not defined"),
    refuse(python_code.lock_python, ">=3.14", "3.13", "services/orders/uv.lock"),
    accept(python_code.lock_without_hashes, "services/orders/requirements.txt", []),
    refuse(python_code.lock_without_hashes, "services/orders/requirements.txt", ["idna"]),
    accept(python_code.lock_option, [], "services/orders/requirements.txt"),
    refuse(python_code.lock_option, ["groups", "extras"], "services/orders/requirements.txt"),
    accept(python_code.lock_remote_package, "services/orders/uv.lock", []),
    refuse(python_code.lock_remote_package, "services/orders/uv.lock", ["common"]),
    accept(python_code.wheel_missing, "python3.13 on arm64", []),
    refuse(python_code.wheel_missing, "python3.13 on arm64", ["pyspark 4.3.0 (source only)"]),
    accept(python_code.hash_mismatch, "services/orders/uv.lock", []),
    refuse(python_code.hash_mismatch, "services/orders/uv.lock", ["idna==3.20"]),
    refuse(python_code.packages_not_installed, "services/orders/uv.lock", "the network was disabled"),
    accept(python_code.source_not_locked, [], "services/orders/uv.lock"),
    refuse(python_code.source_not_locked, ["pyspork"], "services/orders/uv.lock"),
    accept(python_code.bytecode_interpreter, "3.13", found=True),
    refuse(python_code.bytecode_interpreter, "3.13", found=False),
    refuse(python_code.layer_empty, "services/orders"),
    refuse(python_code.cache_unusable, "/caches/lambda-constructs", "No space left on device"),
    refuse(python_code.source_empty, "services/orders"),
    accept(python_code.source_ambiguous, []),
    refuse(python_code.source_ambiguous, ["requests"]),
    refuse(python_code.source_handler, "src.app.handler", "src", "src/app.py"),
    refuse(python_code.source_unreadable, "services/orders/key.pem", "Permission denied"),
    accept(python_code.source_link_outside, []),
    refuse(python_code.source_link_outside, ["common", "data/prices.csv"]),
)

PACKAGE = (
    accept(package.package_architecture, "arm64", {"fast.so": "arm64"}),
    refuse(package.package_architecture, "arm64", {"fast.so": "arm64", "slow.so": "x86_64"}),
    accept(package.package_interpreter, "python3.13", []),
    refuse(package.package_interpreter, "python3.13", ["fast.cpython-311-aarch64-linux-gnu.so"]),
    accept(package.package_size, 262_144_000),
    refuse(package.package_size, 262_144_001),
    accept(package.package_size_near, 209_715_200),
    accept(package.package_size_near, 262_144_001),
    refuse(package.package_size_near, 209_715_201),
    refuse(package.package_size_near, 262_144_000),
    accept(package.package_archive, archive=True),
    refuse(package.package_archive, archive=False),
    accept(package.package_permissions, []),
    refuse(package.package_permissions, [f"data/{number}.csv" for number in range(7)]),
    accept(package_code.package_handler, "app.handler", ""),
    refuse(package_code.package_handler, "app.handler", "'handler' in 'app.py'"),
    accept(package_code.package_handler_library, "app.handler", ""),
    refuse(package_code.package_handler_library, "logging.handler", "logging"),
    accept(package_code.package_handler_result, "app.handler", "", ""),
    refuse(package_code.package_handler_result, "app.handler", "a coroutine", "app.py, line 7"),
    accept(package_code.package_syntax, {}),
    refuse(package_code.package_syntax, {"app.py": "line 3: invalid syntax"}),
    accept(package_code.package_syntax_newer, "python3.14", "python3.12", {}),
    refuse(
        package_code.package_syntax_newer,
        "python3.14",
        "python3.12",
        {"app.py": "line 3: invalid syntax"},
    ),
    accept(package.package_secrets, []),
    refuse(package.package_secrets, [".env"]),
    accept(package.package_shadows_library, []),
    refuse(package.package_shadows_library, ["json"]),
    accept(package_code.package_glibc, "python3.11", 26, {"fast.so": 26}),
    refuse(package_code.package_glibc, "python3.11", 26, {"fast.so": 28, "slow.so": 17}),
    accept(package_code.package_import, {}),
    refuse(package_code.package_import, {"pandas": "app.py, line 3"}),
    accept(package_code.package_environment, {}),
    refuse(package_code.package_environment, {"QUEUE_URL": "app.py, line 5"}),
)

CASES = (*PACKAGE, *PYTHON_CODE)
