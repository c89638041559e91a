from datetime import timedelta

from django.utils import translation

from service.console import matters, readers, sentences
from service.content.models import Source
from service.editions.actions.decide import approve
from service.editions.actions.dispatch import dispatch_editions
from service.editions.actions.draft import draft_due
from tests import builders
from tests.conftest import NOW

from .conftest import Enter


def test_the_first_sentence_is_what_waits_for_somebody(enter: Enter):
    builders.article(NOW, kind="feature")
    builders.reader(NOW)
    draft_due(NOW + timedelta(days=7), "en")

    page = enter("reader").get("/console/")

    assert "waits for approval until" in page.text.split('class="lead">')[1].split("</p>")[0]
    assert "fewer than 10 readers asked for it" in page.text


def test_a_spanish_desk_reads_numbers_as_spanish_writes_them():
    with translation.override("es"):
        assert sentences.readers(18_204) == "18.204 lectores"
        assert readers.told(18_200) == "18.200"


def test_a_letter_on_its_way_is_told_with_how_many_have_it(enter: Enter):
    builders.article(NOW, kind="feature")
    builders.reader(NOW)
    edition = draft_due(NOW + timedelta(days=7), "en")[0].edition
    approve(edition, "ana", NOW + timedelta(days=7))
    dispatch_editions(NOW + timedelta(days=7))

    told = [matter.sentence for matter in matters.goes_out(NOW + timedelta(days=7))]

    assert any(sentence.endswith("is going out: 0 of 1 reader have it.") for sentence in told)


def test_the_next_weekly_is_told_with_its_hour_and_its_stories(enter: Enter):
    draft_due(NOW)
    builders.article(NOW + timedelta(days=7, minutes=-1))

    told = [matter.sentence for matter in matters.goes_out(NOW + timedelta(days=7))]

    assert any("weekly in English is drafted on Friday" in one and "new stor" in one for one in told)


def test_a_source_that_fails_is_wrong_until_it_is_read_again(enter: Enter):
    source = builders.source()
    Source.objects.update(trouble="It answers 503.")

    assert [one.sentence for one in matters.wrong(NOW)] == [
        f"The source {source.slug} could not be read: It answers 503."
    ]
