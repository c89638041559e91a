from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from service.attribution.checking import Report, Republished, check
from service.attribution.checking.reading import read
from service.attribution.visit import Visitor
from service.cli.verb import Verb, as_json
from service.cli.which_article import on_page
from service.content.models import Article
from service.newsroom.current import newsroom
from service.partners.actions.named import named
from service.partners.actions.originals import original
from service.toolbox import clock
from service.toolbox.errors import ServiceError

_MARKS = {"pass": "well", "fail": "FAULT", "unsure": "look"}


class Command(Verb):
    help = "Check a page that republishes an article: byline, links, licence, text; and write what it lacks, to paste."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the page")
        parser.add_argument(
            "--article", metavar="KEY", help="its key, id or address; else it is found by links or text"
        )
        parser.add_argument("--language", default="", help="of the findings and of what is to be pasted")
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--trust", metavar="HOST", action="append", default=[], help="a host of yours that may be private"
        )

    def act(self, **options: Any) -> str:
        _check_language(options["language"])
        page = Visitor(newsroom(), options["trust"]).visit(options["url"])
        article = named(options["article"]) if options["article"] else on_page(page)
        language = options["language"] or _language(page, article)
        report = check(page, original(article, language, clock.now()), language)
        told = _as_json(report, article) if options["json"] else _told(report, article)
        if report.is_well:
            return told
        self.stdout.write(told)
        faults = ", ".join(finding.kind.replace("_", " ") for finding in report.failed)
        raise ServiceError(f"{report.url} doesn't pass: {faults}.")


def _check_language(language: str) -> None:
    known = newsroom().languages
    if language and language not in known:
        raise ServiceError(f"Nothing is published in {language!r}; newsroom.toml has {', '.join(known)}.")


def _language(page: Republished, article: Article) -> str:
    """The page's own, if we write in it."""
    language = read(page.body, page.url, page.headers or {}).language
    return language if language in newsroom().languages else article.language


def _as_json(report: Report, article: Article) -> str:
    return as_json({"article": article.key, "is_well": report.is_well, **asdict(report)})


def _told(report: Report, article: Article) -> str:
    lines = []
    for finding in report.findings:
        lines.append(f"{_MARKS[finding.verdict]:7}{finding.sentence}")
        lines += [f"       > {finding.evidence}"] if finding.evidence else []
    for where, block in (("above", report.repair_top), ("below", report.repair_bottom)):
        lines += ["", f"To paste {where} the text:", block] if block else []
    return "\n".join([*lines, *_result(report, article)])


def _result(report: Report, article: Article) -> list[str]:
    if not report.is_well:
        return []
    return ["", f"{report.url} republishes {article.title!r} ({article.key}) as agreed."]
