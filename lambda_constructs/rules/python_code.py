"""Rules for Python projects that are packaged: their lock, their packages, their source."""

from __future__ import annotations

from collections.abc import Collection

from .names import first_of
from .rule import Words, rule, warning
from .urls import PYTHON_PACKAGE_URL, RUNTIMES_URL


@rule(why="There is nothing to deploy.", source=PYTHON_PACKAGE_URL)
def code_path_missing(_: Words, path: str, folder: str) -> str | None:
    """The path of the code exists."""
    return f"code is {path!r}, which does not exist in {folder}; pass an existing path"


@rule(why="CDK deploys folders and archives, not single files.", source=PYTHON_PACKAGE_URL)
def code_path_file(_: Words, path: str) -> str | None:
    """The path of the code is a folder, or for code without packages a zip."""
    return f"code is {path!r}, which is a file; pass the folder that it is in"


@rule(why="Every invocation fails.", source=PYTHON_PACKAGE_URL)
def source_handler(_: Words, handler: str, source: str, file: str) -> str | None:
    """The default source has the module of the handler, if the project has it."""
    return (
        f"handler is {handler!r}, but {source!r} is deployed by default, and {file!r} is not in it; pass "
        f"PythonCode(..., source='.'), or the handler as it is in {source!r}"
    )


@rule(
    why="PythonCode chooses the wheels of a Python version and of the C library of its runtime.",
    source=RUNTIMES_URL,
)
def python_code_runtime(_: Words, runtime: str, supported: Collection[str]) -> str | None:
    """PythonCode is for the Python runtimes whose C library is known."""
    if runtime in supported:
        return None
    return f"runtime is {runtime!r}, but PythonCode supports {', '.join(supported)}; choose one of them"


@rule(why="PythonCode resolves locks and installs packages with uv.", source=PYTHON_PACKAGE_URL)
def uv_missing(_: Words, module: str) -> str | None:
    """The extra `python` is installed."""
    return f"PythonCode needs {module}, which is not installed; install lambda-constructs[python]"


@rule(
    why="Without a lock each build can install other versions, and the code changes without a commit.",
    source=PYTHON_PACKAGE_URL,
)
def lock_missing(_: Words, project: str, command: str) -> str | None:
    """The project has a lock."""
    return (
        f"{project} has no uv.lock, pylock.toml or requirements.txt; run {command} in it, or pass the path "
        "instead of PythonCode if the code needs no packages"
    )


@rule(
    why="The function fails at its first import of a package that the lock does not have.",
    source=PYTHON_PACKAGE_URL,
)
def lock_stale(_: Words, lock: str, packages: Collection[str]) -> str | None:
    """The lock was made for the requirements in pyproject.toml."""
    if not packages:
        return None
    return f"{lock} does not match pyproject.toml in {', '.join(packages)}; run uv lock"


@rule(
    why="The locked versions, and the code, are for other versions of Python than the runtime has.",
    source=RUNTIMES_URL,
)
def lock_python(_: Words, versions: str, python: str, lock: str) -> str | None:
    """The lock is for the Python version of the runtime."""
    return (
        f"{lock} is for Python {versions}, but the runtime has {python}; choose another runtime, or change "
        "requires-python and run uv lock"
    )


@rule(why="Without the lock, the packages to install are not known.", source=PYTHON_PACKAGE_URL)
def lock_unreadable(_: Words, lock: str, reason: str) -> str | None:
    """The lock can be read, and has the groups and extras that are asked for."""
    return f"{lock} cannot be read: {reason}; correct the file or the options, or run uv lock"


@rule(why="Without hashes, the package index decides what runs in production.", source=PYTHON_PACKAGE_URL)
def lock_without_hashes(_: Words, lock: str, packages: Collection[str]) -> str | None:
    """Every package is pinned and has hashes."""
    if not packages:
        return None
    return (
        f"{lock} has no version or no hashes for {', '.join(packages)}; write it with "
        "uv pip compile --universal --generate-hashes, or use uv.lock"
    )


@rule(
    why="Only uv.lock says which packages belong to a group, an extra or a workspace member.",
    source=PYTHON_PACKAGE_URL,
)
def lock_option(_: Words, options: Collection[str], lock: str) -> str | None:
    """Options that choose packages from a lock are for uv.lock."""
    if not options:
        return None
    return f"{', '.join(options)} cannot be used with {lock}; leave it out, or use uv.lock"


@rule(
    why="A package from a repository or an address has no wheel whose hash the lock knows.",
    source=PYTHON_PACKAGE_URL,
)
def lock_remote_package(_: Words, lock: str, packages: Collection[str]) -> str | None:
    """Every package comes from a package index or from a folder."""
    if not packages:
        return None
    return (
        f"{lock} takes {', '.join(packages)} from a repository or an address; publish it to a package "
        "index, or use a folder"
    )


@rule(why="The name is misspelled, and the package that was meant is refused.", source=PYTHON_PACKAGE_URL)
def source_not_locked(_: Words, packages: Collection[str], lock: str) -> str | None:
    """The packages that may be built from source are in the lock."""
    if not packages:
        return None
    return f"allow_source names {', '.join(packages)}, which {lock} does not have; correct the name"


@warning(why="Python compiles the code at each cold start.", source=PYTHON_PACKAGE_URL)
def bytecode_interpreter(_: Words, python: str, *, found: bool) -> str | None:
    """An interpreter of the runtime's version can compile the code."""
    if found:
        return None
    return (
        f"bytecode is not deployed, because this machine does not have CPython {python}; install it, or "
        "leave bytecode out"
    )


@rule(why="There is nothing to put into the layer.", source=PYTHON_PACKAGE_URL)
def layer_empty(_: Words, project: str) -> str | None:
    """A layer has packages."""
    return f"{project} has no packages for a layer; pass dependencies='layer' and lock packages"


@rule(why="The packages cannot be kept for the next synthesis.", source=PYTHON_PACKAGE_URL)
def cache_unusable(_: Words, cache: str, reason: str) -> str | None:
    """The cache can be written."""
    return f"packages cannot be kept in {cache}: {reason}; free space, or pass another cache_dir"


@warning(
    why="Files of your code replace files of the package, or Python imports only one of the two.",
    source=PYTHON_PACKAGE_URL,
)
def source_ambiguous(_: Words, modules: Collection[str]) -> str | None:
    """The source does not have modules with the names of those of packages."""
    if not modules:
        return None
    return (
        f"the source and its packages both have {first_of(map(repr, modules))}; rename yours, or remove the "
        "copy of the package from the source"
    )


@rule(why="There is nothing to deploy.", source=PYTHON_PACKAGE_URL)
def source_empty(_: Words, folder: str) -> str | None:
    """The source folder has files to deploy."""
    return f"{folder} has no files to deploy; pass the folder of the code as source, or exclude less"


@rule(why="The file would be missing in the package.", source=PYTHON_PACKAGE_URL)
def source_unreadable(_: Words, path: str, reason: str) -> str | None:
    """The source files can be read."""
    return f"{path} cannot be read: {reason}; correct it, or exclude it"


@rule(
    why="A package that is built on this machine can hold libraries that Lambda cannot load.",
    source=PYTHON_PACKAGE_URL,
)
def wheel_missing(_: Words, target: str, packages: Collection[str]) -> str | None:
    """Every package has a wheel for the runtime and the architecture."""
    if not packages:
        return None
    return (
        f"these packages have no wheel for {target}: {', '.join(packages)}; lock versions that have "
        "one, choose another runtime or architecture, or name packages of pure Python in allow_source"
    )


@rule(
    why="The file in the package index is not the one that was locked: it was replaced, or tampered with.",
    source=PYTHON_PACKAGE_URL,
)
def hash_mismatch(_: Words, lock: str, packages: Collection[str]) -> str | None:
    """Downloaded packages have the hashes of the lock."""
    if not packages:
        return None
    return (
        f"the files of {', '.join(packages)} do not have the hashes in {lock}; find out why they differ "
        "before you lock again"
    )


@rule(why="Without its packages the function fails at its first import.", source=PYTHON_PACKAGE_URL)
def packages_not_installed(_: Words, lock: str, reason: str) -> str | None:
    """The packages of the lock can be installed."""
    return f"uv cannot install the packages of {lock}: {reason}; correct it, then synthesize again"


@rule(why="On another machine the link has no target, or another one.", source=PYTHON_PACKAGE_URL)
def source_link_outside(_: Words, links: Collection[str]) -> str | None:
    """Symbolic links in the source stay in the source."""
    if not links:
        return None
    return (
        f"these symbolic links have no target in the source folder: {', '.join(links)}; copy the files, or "
        "exclude the links"
    )
