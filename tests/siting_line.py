r"""A line of five villages, drawn and worked by hand, for models without professions.

    Amblay --10-- Brion --10-- Corps --10-- Dizy --10-- Essert
    (100)         (10)         (40)         (10)        (90)

A site may open in each (a, b, c, d, e); minutes are those of the line, both ways. They cost 300, 2,000, 100, 2,000
and 300 EUR and hold 130 inhabitants each. 250 people live there.
"""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from msp_siting.cli import main
from msp_siting.files import write_yaml

NAMES = {"a": "Amblay", "b": "Brion", "c": "Corps", "d": "Dizy", "e": "Essert"}
PEOPLE = {"a": 100, "b": 10, "c": 40, "d": 10, "e": 90}
COSTS = {"a": 300, "b": 2000, "c": 100, "d": 2000, "e": 300}
MANIFEST = 'name: line\ntitle: {fr: "La ligne", en: "The line"}\ncrs: "EPSG:2154"\nfiles: []\n'


class Line:
    """A project with the line as its territory, from whose folder commands are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data" / "line"
        self.data.mkdir(parents=True)
        (folder / "scenarios").mkdir()
        places = [(name, 5 + 0.1 * number, 45.0) for number, name in enumerate(NAMES)]
        self.write("manifest.yaml", MANIFEST)
        rows = [f"{name},{NAMES[name]},{PEOPLE[name]},{lon:.1f},{lat}" for name, lon, lat in places]
        self.write("demand.csv", "demand_id,name,inhabitants,lon,lat", *rows)
        rows = [
            f"s{name},{name},{NAMES[name]},{lon:.1f},{lat},candidate,{COSTS[name]},130" for name, lon, lat in places
        ]
        self.write("sites.csv", "site_id,place_id,name,lon,lat,status,capex_eur,capacity_inhabitants", *rows)
        at = {name: 10 * number for number, name in enumerate(NAMES)}
        rows = [f"{here},{there},{abs(at[here] - at[there])}" for here in NAMES for there in NAMES]
        self.write("travel_times.csv", "demand_id,place_id,minutes", *rows)

    def write(self, name: str, *lines: str) -> None:
        """Write a file of the territory."""
        (self.data / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Change a file of the territory."""
        text = (self.data / name).read_text(encoding="utf-8")
        assert old in text
        (self.data / name).write_text(text.replace(old, new), encoding="utf-8")

    def ask(self, model: str, **keys: Any) -> Path:  # noqa: ANN401 - keys of a scenario
        """Write a scenario and return its file."""
        question = {"fr": "Où ouvrir sur la ligne ?", "en": "Where to open on the line?"}
        solve = {"relative_gap": 0.0, "improvement_gap": 0.0, "threads": 1}
        content = {"question": question, "territory": "line", "model": model, "solve": solve} | keys
        path = self.folder / "scenarios" / "asked.yaml"
        write_yaml(content, path)
        return path

    def run(self, *options: str) -> Result:
        """Run a command, in English unless it says otherwise."""
        return CliRunner().invoke(main, [*options, *(() if "--lang" in options else ("--lang", "en"))])

    def solve(self, scenario: Path, *options: str) -> dict[str, Any]:
        """Solve a scenario into the folder ``run`` and return its summary."""
        result = self.run("solve", str(scenario), "--out", "run", *options)
        assert result.exit_code in {0, 3}, result.output + repr(result.exception)
        summary: dict[str, Any] = json.loads(Path("run/summary.json").read_text(encoding="utf-8"))
        return summary
