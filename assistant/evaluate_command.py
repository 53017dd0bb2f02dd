"""What `evaluate` does: questions or labelled pairs in, figures and reports out, the exit status.

It asks, keeps and shows; how answers are scored and what a report says is `evaluation`'s business.
"""

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from assistant.assistant import Assistant
from assistant.evaluation.asking import asked, name_of_now, warnings_of
from assistant.evaluation.atomic import replace_file
from assistant.evaluation.labelled import JudgeReport, judge_pairs, read_pairs
from assistant.evaluation.printed import (
    breach_text,
    judge_text,
    run_line,
    summary_text,
    warnings_text,
)
from assistant.evaluation.progress import Progress
from assistant.evaluation.questions import read_set
from assistant.evaluation.ragas_rows import rows
from assistant.evaluation.report import report_html
from assistant.evaluation.report_json import as_text, report_json
from assistant.evaluation.runs import Run, RunStore
from assistant.evaluation.summary import Summary, summarise
from assistant.evaluation.thresholds import breaches, read_limits
from assistant.settings import Settings
from assistant.verifiers import configured_verifier
from index.embedder import Embedder
from index.errors import InvalidInput
from index.evidence.types import Verifier
from index.evidence.verifier import PACKAGED

Clock = Callable[[], datetime]


def evaluate(options: Namespace, now: Clock = datetime.now) -> int:
    """Ask a question set, report on a run that is kept, judge the judge, or list the runs.

    1 if a limit isn't kept, or a question or pair failed.
    """
    limits = read_limits(options.fail_under, options.fail_over)
    settings = _settings(options)
    store = RunStore(settings.library)
    if options.runs:
        return _list(store)
    _check_usage(options)
    # before the minutes that the rest may take
    baseline = store.load(options.baseline) if options.baseline else None
    pairs = read_pairs(options.judge) if options.judge else None
    summary, judge, verifier = None, None, None
    if options.questions:
        run, warnings, verifier = _asked(options, settings, store, now)
        summary = summarise(run, baseline, warnings)
    elif options.name:
        summary = summarise(store.load(options.name), baseline)
    if pairs:
        _warn([f"{options.judge}, {remark}" for remark in pairs.remarks])
        verifier = verifier or configured_verifier(settings, Embedder(settings.embedder))
        judge = judge_pairs(pairs, verifier, Progress(len(pairs.pairs), sys.stderr).advance)
    broken = breaches(limits, summary, judge)
    print("\n\n".join(_texts(summary, judge)))
    if options.html:
        _write(options.html, report_html(summary, judge, broken))
    if options.json:
        _write(options.json, as_text(report_json(summary, judge, broken)))
    if options.export and summary:
        _write(options.export, _exported(summary.run, options.export))
    for breach in broken:
        print(breach_text(breach), file=sys.stderr)
    return int(bool(broken) or _told_failures(options, summary, judge))


def _settings(options: Namespace) -> Settings:
    settings = Settings.resolve(library=options.library, model=options.model)
    if options.verifier is None:
        return settings
    return replace(settings, verifier=None if options.verifier == PACKAGED else options.verifier)


def _check_usage(options: Namespace) -> None:
    if not (options.questions or options.name or options.judge):
        raise InvalidInput(
            "there is nothing to evaluate",
            "name a question set, a run that is kept (--name), or labelled pairs (--judge)",
        )
    if not (options.questions or options.name) and (options.baseline or options.export):
        raise InvalidInput(
            "--baseline and --export are about a run", "name a question set, or a run with --name"
        )
    for path in (options.html, options.json, options.export):
        if path and not path.absolute().parent.is_dir():
            raise InvalidInput(
                f"{path} cannot be written: there is no folder {path.parent}",
                "name a file in a folder that is there",
            )


def _list(store: RunStore) -> int:
    names = store.names()
    for name in names:
        try:
            line = run_line(store.load(name))
        except InvalidInput as error:
            line = f"{name:24}  {error.message}"
        print(line)
    if not names:
        print(f"No run is kept in {store.folder}.")
    return 0


def _asked(
    options: Namespace, settings: Settings, store: RunStore, now: Clock
) -> tuple[Run, tuple[str, ...], Verifier]:
    """The run over the question set, gone on with if it was begun; warnings; the verifier."""
    questions = read_set(options.questions)
    opened = Assistant.open(settings)
    warnings = warnings_of(questions, opened.library.entries(), str(options.questions))
    _warn(warnings)
    name = options.name or name_of_now(now())
    steps = asked(opened, options.questions, questions, name, store)
    begun = next(steps)
    progress = Progress(begun.total, sys.stderr, done=begun.done)
    try:
        for _ in steps:
            progress.advance()
    except KeyboardInterrupt:
        print(f"\nwhat is answered is kept; go on with: --name {name}", file=sys.stderr)
        raise
    return store.load(name), warnings, opened.verifier


def _warn(warnings: Sequence[str]) -> None:
    if warnings:
        print(warnings_text(warnings), file=sys.stderr)


def _texts(summary: Summary | None, judge: JudgeReport | None) -> list[str]:
    texts = [summary_text(summary)] if summary else []
    return [*texts, judge_text(judge)] if judge else texts


def _told_failures(options: Namespace, summary: Summary | None, judge: JudgeReport | None) -> bool:
    """Whether questions or pairs failed, or were never asked; of questions, this is said."""
    if summary is None:
        return bool(judge and judge.failures)
    run, failed = summary.run, summary.failed
    never = run.questions - len(run.results)
    if failed or never:
        why = f"; the first: {failed[0].failure.error}" if failed and failed[0].failure else ""
        print(
            f"{len(failed)} of {run.questions} questions failed, {never} were not asked{why}\n"
            f"try: ask them with: evaluate {options.questions or 'QUESTIONS.jsonl'} "
            f"--name {run.name}",
            file=sys.stderr,
        )
    return bool(failed or never or (judge and judge.failures))


def _exported(run: Run, path: Path) -> str:
    """JSON Lines, or one list in a file that is named .json."""
    found = list(rows(run))
    if path.suffix == ".json":
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found)


def _write(path: Path, text: str) -> None:
    try:
        # a model may write half of a character, which no file can hold
        replace_file(path, text.encode(errors="replace"))
    except OSError as error:
        raise InvalidInput(
            f"{path} cannot be written: {error.strerror}", "name a file in a folder of yours"
        ) from error
