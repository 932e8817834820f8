r"""Makes README's pictures from finished runs: ``python docs/pictures/make_pictures.py RUNS``.

RUNS holds the folders of three runs in French, made beforehand from the project's folder:

    msp-siting solve isere-20m --lang fr --out RUNS/plan
    msp-siting diagnose isere --sheets epci --lang fr --out RUNS/diagnosis
    msp-siting evaluate isere-20m tests/requests/evaluation/isere-12.csv --envelope 2500000 --lang fr \
        --out RUNS/requests

Pages are opened by Chromium on PATH, through Playwright, without a network.
"""

import io
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
COLOURS = 256  # those of a legend among them: what is rare stays
LARGEST_BYTES = 200_000


@dataclass(frozen=True)
class Picture:
    """Part of a page: its first screen, or the last of what a selector finds; ``shown``: its width here, in pixels."""

    name: str
    page: str
    height: int
    width: int = 1280
    selector: str = ""
    shown: int = 840


PICTURES = (
    Picture("plan", "plan/report.html", 1000),
    Picture("plan_map", "plan/report.html", 900, selector=".explorer"),
    Picture("diagnosis_map", "diagnosis/report.html", 900, selector=".explorer"),
    Picture("zone_sheet", "diagnosis/sheets/200059392.html", 1123, 794, shown=740),
    Picture("commission_sheet", "requests/sheets/marcellin.html", 1123, 794, shown=740),
    Picture("applicant_sheet", "requests/sheets/villette-porteur.html", 1123, 794, shown=740),
)


def main(runs: Path) -> None:
    """Write every picture beside this file; one that is larger than allowed is an error."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for picture in PICTURES:
            target = HERE / f"{picture.name}.png"
            shrink(photograph(browser, picture, runs), picture.shown).save(target, optimize=True)
            size = target.stat().st_size
            if size > LARGEST_BYTES:
                raise SystemExit(f"{target} has {size:,} bytes, more than {LARGEST_BYTES:,}")
        browser.close()


def photograph(browser: Browser, picture: Picture, runs: Path) -> Image.Image:
    """Return what a page shows on a screen."""
    size = {"width": picture.width, "height": picture.height}
    page = browser.new_page(viewport=size, device_scale_factor=1.5)  # type: ignore[arg-type]
    page.goto((runs / picture.page).resolve().as_uri())
    shown = page.locator(picture.selector).last.screenshot() if picture.selector else page.screenshot()
    page.close()
    return Image.open(io.BytesIO(shown)).convert("RGB")


def shrink(image: Image.Image, width: int) -> Image.Image:
    """Return a picture of a width, with few colours."""
    height = round(image.height * width / image.width)
    return image.resize((width, height), Image.Resampling.LANCZOS).quantize(
        COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
