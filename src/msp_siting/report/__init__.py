"""Shows a run to people: pages, maps, decision sheets and layers, and the folders that hold them."""

from msp_siting.report.caveats import comparison_sentences, put_caveats, tell_caveats
from msp_siting.report.folders.comparison import write_comparison
from msp_siting.report.folders.diagnosis import write_diagnosis
from msp_siting.report.folders.evaluation import evaluation_sentences, summarise_evaluation, write_evaluation
from msp_siting.report.folders.run import write_run
from msp_siting.report.pages.headline import proof_sentences
from msp_siting.report.pages.sweep import render_sweep
from msp_siting.report.titles import lead_title, question_title, run_titles
from msp_siting.report.wording import Wording

__all__ = [
    "Wording",
    "comparison_sentences",
    "evaluation_sentences",
    "lead_title",
    "proof_sentences",
    "put_caveats",
    "question_title",
    "render_sweep",
    "run_titles",
    "summarise_evaluation",
    "tell_caveats",
    "write_comparison",
    "write_diagnosis",
    "write_evaluation",
    "write_run",
]
