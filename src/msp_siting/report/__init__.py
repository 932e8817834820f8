"""Files that a run writes: tables, map layers and the page."""

from msp_siting.report.folders.comparison import write_comparison
from msp_siting.report.folders.diagnosis import write_diagnosis
from msp_siting.report.folders.evaluation import evaluation_sentences, summarise_evaluation, write_evaluation
from msp_siting.report.folders.run import write_run
from msp_siting.report.pages.headline import proof_sentences
from msp_siting.report.pages.sweep import render_sweep
from msp_siting.report.titles import lead_title, run_titles
from msp_siting.report.wording import Wording

__all__ = [
    "Wording",
    "evaluation_sentences",
    "lead_title",
    "proof_sentences",
    "render_sweep",
    "run_titles",
    "summarise_evaluation",
    "write_comparison",
    "write_diagnosis",
    "write_evaluation",
    "write_run",
]
