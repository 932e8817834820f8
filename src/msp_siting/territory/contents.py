"""The files of a territory's folder, each read once: what is parsed is what is hashed."""

import hashlib
from pathlib import Path

from msp_siting.errors import DataError
from msp_siting.files import LARGEST_YAML_BYTES, MANIFEST, is_file, read_content, sha256_of

HASHED_ENDINGS = {".csv", ".xlsx", ".parquet", ".yaml", ".gpkg"}


class Contents:
    """Reads files of a folder and keeps the fingerprints of the very bytes that it hands on.

    Attributes
    ----------
    sha256_by_name
        Of the files read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sha256_by_name: dict[str, str] = {}

    def read(self, path: Path) -> bytes:
        """Return the bytes of a file, for its reader to parse.

        Raises
        ------
        DataError
            For one that is missing, is no ordinary file, or is too large.
        """
        content = read_content(path, DataError, LARGEST_YAML_BYTES if path.name == MANIFEST else None)
        self.sha256_by_name[path.name] = hashlib.sha256(content).hexdigest()
        return content

    def sha256(self, path: Path) -> str:
        """Return the fingerprint of a file: of what was read, else of what is on disk and nobody reads."""
        own = self.sha256_by_name.get(path.name) if path.parent == self.folder else None
        return sha256_of(path) if own is None else own

    def fingerprint(self) -> str:
        """Return one fingerprint of all the files of the folder that a territory may consist of."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.iterdir()):
            if path.suffix in HASHED_ENDINGS and is_file(path):
                digest.update(path.name.encode())
                digest.update(bytes.fromhex(self.sha256(path)))
        return digest.hexdigest()
