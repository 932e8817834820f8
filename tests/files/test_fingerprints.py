"""The fingerprint of a file is the sha256 of its bytes."""

from pathlib import Path

import pytest

from msp_siting.files.fingerprints import sha256_of


@pytest.mark.parametrize(
    ("content", "expected"),
    [  # the examples of FIPS 180
        (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (b"a" * 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ],
    ids=["empty", "short", "of many blocks"],
)
def test_the_fingerprint_of_a_file(tmp_path: Path, content: bytes, expected: str) -> None:
    (tmp_path / "file").write_bytes(content)
    assert sha256_of(tmp_path / "file") == expected
