# SPDX-License-Identifier: Apache-2.0
"""The file system below the program: named Debian packages laid out side by side, and nothing else.

apt checks signatures and digests and downloads; no package's script is run, so the result is a function of
the packages alone. What scripts would have done (certificates, accounts) is done here.
"""

import hashlib
import os
import stat
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.pipeline.programs import StageFailed, run

RELEASE = "bookworm"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
MIRROR, SECURITY_MIRROR = "http://deb.debian.org/debian", "http://deb.debian.org/debian-security"
SOURCE = """Types: deb
URIs: {mirror}
Suites: {suites}
Components: main
Signed-By: {keyring}
"""
# Debian merged these into /usr; the links must stand before a package brings a directory of that name.
MERGED = ("bin", "lib", "lib64", "sbin")
LEFT_OUT = (
    "./usr/share/man",
    "./usr/share/info",
    "./usr/share/locale",
    "./usr/share/lintian",
    "./usr/share/bug",
)
# Licences stay: a distribution of the packages must carry them.
DOCUMENTS_KEPT = ("copyright",)
ACCOUNTS = (
    "root:x:0:0:root:/root:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
)
UID = 10001
ACCOUNT = f"cortex:x:{UID}:{UID}:Codexion Cortex:/nonexistent:/usr/sbin/nologin\n"
GROUPS = f"root:x:0:\nnogroup:x:65534:\ncortex:x:{UID}:\n"
NETWORK = (
    "Check that Debian's mirror can be reached, or name others: DEBIAN_MIRROR=URL DEBIAN_SECURITY_MIRROR=URL."
)


def packages_of(path: Path) -> list[str]:
    """Read a list of package names, one a line; `#` begins a comment."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def download(*, packages: Sequence[str], state: Path, debs: Path) -> list[Path]:
    """Fetch the newest release of each package into `debs`; apt's own state stays in `state`.

    Raises: StageFailed.
    """
    if not KEYRING.exists():
        raise StageFailed(f"{KEYRING} is missing. Install it: apt-get install debian-archive-keyring")
    apt = ["apt-get", "--quiet", "--quiet", *_apt_options(state)]
    run([*apt, "update"], remedy=NETWORK)
    run([*apt, "download", *packages], directory=debs, remedy=NETWORK)
    return sorted(debs.glob("*.deb"))


def _apt_options(state: Path) -> list[str]:
    """Return what keeps apt away from the machine's own sources, lists and preferences."""
    for name in ("lists/partial", "cache/archives/partial"):
        (state / name).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    sources = state / "pipeline.sources"
    places = [
        (os.environ.get("DEBIAN_MIRROR", MIRROR), f"{RELEASE} {RELEASE}-updates"),
        (os.environ.get("DEBIAN_SECURITY_MIRROR", SECURITY_MIRROR), f"{RELEASE}-security"),
    ]
    blocks = [SOURCE.format(mirror=mirror, suites=suites, keyring=KEYRING) for mirror, suites in places]
    sources.write_text("\n".join(blocks), encoding="utf-8")
    options = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State": state,
        "Dir::State::status": state / "status",
        "Dir::Cache": state / "cache",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "root",
    }
    return [word for name, value in options.items() for word in ("-o", f"{name}={value}")]


def lay_out(*, debs: Iterable[Path], root: Path) -> None:
    """Unpack the packages into `root`, in order of name, and finish what their scripts would have."""
    for name in MERGED:
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    records = root / "var" / "lib" / "dpkg" / "status.d"
    records.mkdir(parents=True)
    for deb in sorted(debs):
        _unpack(deb=deb, root=root)
        control = run(["dpkg-deb", "--field", deb], remedy="Fetch the package again.")
        # Where scanners look for the packages of an image that has no package manager.
        (records / deb.name.partition("_")[0]).write_text(control, encoding="utf-8")
    _finish(root)


def _unpack(*, deb: Path, root: Path) -> None:
    excluded = [f"--exclude={pattern}" for pattern in LEFT_OUT]
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE) as archive:
        words = ["tar", "--extract", "--keep-directory-symlink", "--preserve-permissions", "--numeric-owner"]
        words += [*excluded, f"--directory={root}"]
        unpacked = subprocess.run(words, stdin=archive.stdout, check=False)
    if archive.returncode != 0 or unpacked.returncode != 0:
        raise StageFailed(f"{deb.name} cannot be unpacked. Fetch it again: remove its directory and retry.")


def _finish(root: Path) -> None:
    (root / "etc").mkdir(exist_ok=True)
    (root / "etc" / "passwd").write_text(ACCOUNTS + ACCOUNT, encoding="utf-8")
    (root / "etc" / "group").write_text(GROUPS, encoding="utf-8")
    certificates = sorted((root / "usr/share/ca-certificates/mozilla").glob("*.crt"))
    bundle = root / "etc/ssl/certs/ca-certificates.crt"
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_bytes(b"".join(path.read_bytes() for path in certificates))
    shell, dash = root / "usr/bin/sh", root / "usr/bin/dash"
    if dash.exists() and not shell.exists():  # A build stage's; the packages of the image bring none.
        shell.symlink_to("dash")
    for path in (root / "usr/share/doc").rglob("*"):
        if path.is_file() and path.name not in DOCUMENTS_KEPT:
            path.unlink()
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            # Directories that came from here have the caller's umask, and no program may raise its rights.
            mode = 0o755 if path.is_dir() and not path.stat().st_mode & stat.S_ISVTX else path.stat().st_mode
            path.chmod(mode & ~(stat.S_ISUID | stat.S_ISGID))


def inventory(debs: Iterable[Path]) -> str:
    """Return one line for each package: file name with its version, and SHA-256."""
    lines = (f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in sorted(debs))
    return "\n".join(lines) + "\n"
