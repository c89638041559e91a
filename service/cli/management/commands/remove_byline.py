from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from service.cli.asked import agreed
from service.cli.verb import Verb
from service.content.actions.bylines import authors_called, remove_byline
from service.content.models import Article
from service.toolbox import clock


class Command(Verb):
    help = "Remove an author's name from every outlet, now and for all that the CMS goes on to say."
    noted = True
    about = ("author",)

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("author", help="the whole name, or the slug of the author's feed")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def act(self, **options: Any) -> str:
        authors = authors_called(options["author"])
        slugs = ", ".join(author.slug for author in authors)
        if not options["yes"] and not agreed(f"Remove {slugs} from every feed, copy and letter?"):
            return "Nothing was changed."
        now = clock.now()
        removals = [remove_byline(author, now) for author in authors]
        count = sum(one.articles for one in removals)
        named = {article.pk: article for one in removals for article in one.still_named}
        return "\n".join(
            [*_named(named.values()), f"The name is withheld: {count} articles are told again without it."]
        )


def _named(articles: Iterable[Article]) -> list[str]:
    """What only the CMS can change."""
    lines = [f"  {article.title}  {article.canonical_url}" for article in articles]
    return [f"{len(lines)} still name the person in their own words; change them in the CMS:", *lines] if lines else []
