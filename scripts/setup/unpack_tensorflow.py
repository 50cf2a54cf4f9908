"""Takes the two shared libraries and the C API's headers out of a TensorFlow wheel: WHEEL FOLDER."""

import pathlib
import shutil
import sys
import zipfile

PACKAGE = "tensorflow/"
LIBRARIES = ("libtensorflow_cc.so.2", "libtensorflow_framework.so.2")
HEADERS = (
    "tensorflow/c/",
    "tensorflow/core/platform/ctstring",
    "tsl/platform/ctstring",
    "xla/tsl/c/",
)


def target(member):
    if not member.startswith(PACKAGE):
        # Libraries that auditwheel bundled, for instance OpenMP on arm64.
        folder, _, name = member.rpartition("/")
        return f"lib/{name}" if name and folder.endswith(".libs") else None
    name = member.removeprefix(PACKAGE)
    if name in LIBRARIES:
        return f"lib/{name}"
    header = name.removeprefix("include/")
    if header != name and header.startswith(HEADERS) and header.endswith(".h"):
        return f"include/{header}"
    return None


def main(wheel, folder):
    found = set()
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            name = target(member)
            if name is None:
                continue
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            found.add(path.name)
    absent = set(LIBRARIES) - found
    if absent:
        sys.exit(f"{wheel} holds no {', '.join(sorted(absent))}")


if __name__ == "__main__":
    main(*sys.argv[1:])
