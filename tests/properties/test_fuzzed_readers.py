"""Whatever a file holds, its reader reads it or refuses it in words: no traceback, no hang, no flood of memory.

Every reader gets valid files with random mutations, in a process of its own with little memory and ten seconds for
each. ``--hypothesis-profile=fuzz`` draws ten times as many, other ones every time, and builds territories too.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from mutations import (
    BYTES,
    TEXT,
    Mutation,
    change_cells,
    change_json,
    change_layer,
    change_parquet,
    change_part,
    change_sheet_cell,
    change_word,
    change_yaml,
    mutated,
)
from readers import READERS, SLOW, write_files
from reading import Worker

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="memory is limited on Linux only")
COMMITTED = settings(
    max_examples=-(-2000 // len(READERS)),  # 2,000 in all
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
SLOWER = 7  # building a territory, which takes seconds, is tried less often
IS_LONG = settings.get_current_profile_name() == "fuzz"
MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    ".yaml": (*TEXT, *[change_yaml] * 10),
    ".json": (*TEXT, *[change_json] * 10),
    ".geojson": (*TEXT, *[change_json] * 5),
    ".csv": (*TEXT, *[change_cells] * 10),
    ".parquet": (*BYTES, *[change_parquet] * 5),
    ".gpkg": (*BYTES, *[change_layer] * 5),
    ".xlsx": (*BYTES, *[change_part(*TEXT, *[change_sheet_cell] * 5)] * 10),
    ".osm": (*TEXT, *[change_word] * 10),
    ".graphml": (*TEXT, *[change_word] * 10),
    ".pbf": (*BYTES, change_word),
}


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """The process that reads, and the valid files."""
    base = tmp_path_factory.mktemp("valid")
    write_files(base)
    started = Worker(base)
    yield started
    started.stop()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("hangs", "it takes more than 0.5 s"),
        ("crashes", "the process ends with -6"),
        ("floods", "MemoryError"),
        ("fails", "KeyError: 'nothing'"),
        ("warns", "UserWarning: something"),
        ("mumbles", "an error that says nothing: "),
    ],
)
def test_a_reader_that_fails_is_noticed(worker: Worker, fault: str, expected: str) -> None:
    (worker.base / fault).touch()
    wrong = worker.read(fault, b"x", longest_s=0.5)
    assert wrong is not None
    assert expected in wrong


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_is_read_or_refused(worker: Worker, name: str) -> None:
    check(worker, name, is_slow=False)


@pytest.mark.skipif(not IS_LONG, reason="takes minutes: --hypothesis-profile=fuzz")
@pytest.mark.parametrize("name", SLOW)
def test_a_territory_of_damaged_files_is_built_or_refused(worker: Worker, name: str) -> None:
    check(worker, name, is_slow=True)


def check(worker: Worker, name: str, *, is_slow: bool) -> None:
    valid = (worker.base / name).read_bytes()
    drawn = settings() if IS_LONG else COMMITTED

    @settings(drawn, max_examples=drawn.max_examples // (SLOWER if is_slow else 1))
    @given(content=mutated(valid, MUTATIONS[Path(name).suffix]))
    def read(content: bytes) -> None:
        wrong = worker.read(name, content, is_slow=is_slow)
        assert wrong is None, f"{name}: {wrong}\n{content!r}"

    read()
