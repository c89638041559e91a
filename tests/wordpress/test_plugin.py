"""What byline-notify.php promises, on a real WordPress. A listener stands in for Byline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from . import browser
from .conftest import PLUGIN
from .listener import SECRET, Listener, Notice
from .site import WordPress

RETRY = "byline_notify_retry"
GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


def told(wordpress: WordPress, byline: Listener) -> list[tuple[int, str]]:
    """What Byline was told since the last time, once WordPress has nothing more to say."""
    wordpress.settle()
    return [notice.told for notice in byline.take()]


@pytest.fixture
def post(wordpress: WordPress, byline: Listener) -> int:
    """A published post of which Byline knows."""
    post = int(wordpress.create_post(title="The harbour", content="<p>Old text</p>")["id"])
    assert told(wordpress, byline) == [(post, "publish")]
    return post


@pytest.fixture
def admin(wordpress: WordPress) -> Iterator[httpx.Client]:
    """A browser in which the administrator is logged in."""
    with browser.logged_in(wordpress) as client:
        yield client


class TestNotices:
    def test_publishing_sends_one_signed_notice(self, wordpress: WordPress, byline: Listener) -> None:
        post = wordpress.create_post(title="The harbour")["id"]

        wordpress.settle()
        [notice] = byline.take()
        assert notice.path == "/hooks/wordpress"
        assert notice.headers["Content-Type"] == "application/json"
        assert notice.body == b'{"source":"wordpress","post":%d,"event":"publish"}' % post
        assert notice.is_signed()
        assert not notice.is_signed("another secret of 32 characters...")

    @pytest.mark.parametrize(
        ("change", "event"),
        [
            (lambda site, post: site.update_post(post, content="<p>New text</p>"), "update"),
            (lambda site, post: site.unpublish(post), "unpublish"),
            (lambda site, post: site.update_post(post, status="pending"), "unpublish"),
            (lambda site, post: site.update_post(post, status="private"), "unpublish"),
            (lambda site, post: site.update_post(post, password="only for some"), "unpublish"),
            (lambda site, post: site.trash(post), "trash"),
            (lambda site, post: site.delete(post), "delete"),
        ],
        ids=["edit", "to draft", "to pending", "to private", "set a password", "trash", "delete"],
    )
    def test_each_change_sends_one_signed_notice(
        self,
        wordpress: WordPress,
        byline: Listener,
        post: int,
        change: Callable[[WordPress, int], Any],
        event: str,
    ) -> None:
        change(wordpress, post)

        wordpress.settle()
        notices = byline.take()
        assert [notice.told for notice in notices] == [(post, event)]
        assert all(notice.is_signed() for notice in notices)

    def test_a_whole_life_is_told_in_order(self, wordpress: WordPress, byline: Listener) -> None:
        post = wordpress.create_post(status="draft")["id"]
        steps: list[Callable[[], object]] = [
            lambda: wordpress.update_post(post, title="Still a draft"),
            lambda: wordpress.update_post(post, status="publish"),
            lambda: wordpress.update_post(post, password="closed"),
            lambda: wordpress.update_post(post, title="Behind the password"),
            lambda: wordpress.update_post(post, password=""),
            lambda: wordpress.unpublish(post),
            lambda: wordpress.update_post(post, status="publish"),
            lambda: wordpress.trash(post),
            lambda: wordpress.delete(post),
        ]
        events = []
        for step in steps:
            step()
            events.append("+".join(event for _, event in told(wordpress, byline)) or "-")

        assert " ".join(events) == "- publish unpublish - publish unpublish publish trash delete"

    def test_a_scheduled_post_is_told_when_its_hour_comes(self, wordpress: WordPress, byline: Listener) -> None:
        post = wordpress.create_post(status="future", date_gmt="2126-01-01T08:00:00")["id"]
        assert told(wordpress, byline) == []

        wordpress.php(
            """
            global $wpdb;
            $hour = '2026-01-01 08:00:00';
            $wpdb->update($wpdb->posts, ['post_date' => $hour, 'post_date_gmt' => $hour], ['ID' => $given]);
            clean_post_cache($given);
            check_and_publish_future_post($given);
            """,
            post,
        )

        assert told(wordpress, byline) == [(post, "publish")]

    def test_saves_within_saves_make_one_notice(self, wordpress: WordPress, byline: Listener, post: int) -> None:
        wordpress.php(
            """
            add_action('save_post_post', function ($id) {
                static $again = true;
                if ($again) { $again = false; wp_update_post(['ID' => $id, 'post_excerpt' => 'by another plugin']); }
            });
            wp_update_post(['ID' => $given, 'post_title' => 'New']);
            wp_set_post_tags($given, 'harbour');
            """,
            post,
        )

        assert told(wordpress, byline) == [(post, "update")]

    def test_a_bulk_change_names_each_post_once(self, wordpress: WordPress, byline: Listener) -> None:
        posts = [wordpress.create_post()["id"] for _ in range(3)]
        told(wordpress, byline)

        wordpress.php("array_map('wp_trash_post', $given);", posts)

        assert told(wordpress, byline) == [(post, "trash") for post in posts]

    def test_all_is_saved_when_byline_reads(self, wordpress: WordPress, byline: Listener, post: int) -> None:
        tag = wordpress.rest.post("tags", json={"name": f"tag of {post}"}).json()["id"]
        read: list[dict[str, Any]] = []

        def pull(notice: Notice) -> None:
            read.append(httpx.get(f"{wordpress.url}/wp-json/wp/v2/posts/{post}").json())

        byline.on_notice = pull
        wordpress.update_post(post, content="<p>New</p>", tags=[tag], meta={"byline_change": "correction"})

        assert told(wordpress, byline) == [(post, "update")]
        assert "New" in read[0]["content"]["rendered"]
        assert read[0]["tags"] == [tag]
        assert read[0]["meta"]["byline_change"] == "correction"

    def test_drafts_are_nobodys_business(self, wordpress: WordPress, byline: Listener) -> None:
        draft = wordpress.create_post(status="draft")["id"]
        wordpress.update_post(draft, content="More")
        wordpress.trash(draft)
        wordpress.delete(draft)

        assert told(wordpress, byline) == []

    def test_pages_and_pictures_are_nobodys_business(self, wordpress: WordPress, byline: Listener) -> None:
        about = {"title": "About", "status": "publish"}
        page = wordpress.rest.post("pages", json=about).raise_for_status().json()["id"]
        wordpress.rest.post(f"pages/{page}", json={"title": "About us"}).raise_for_status()
        wordpress.rest.delete(f"pages/{page}", params={"force": True}).raise_for_status()
        picture = {"Content-Disposition": "attachment; filename=dot.gif", "Content-Type": "image/gif"}
        wordpress.rest.post("media", content=GIF, headers=picture).raise_for_status()

        assert told(wordpress, byline) == []

    def test_an_autosave_is_no_update(self, wordpress: WordPress, byline: Listener, post: int) -> None:
        for content in ("Half a sen", "Half a sentence"):
            wordpress.rest.post(f"posts/{post}/autosaves", json={"content": content}).raise_for_status()

        assert told(wordpress, byline) == []

    def test_an_import_is_left_to_bylines_own_reading(self, wordpress: WordPress, byline: Listener) -> None:
        assert len(wordpress.import_posts([{"title": "Old"}, {"title": "Older"}])) == 2
        assert told(wordpress, byline) == []

    @pytest.mark.parametrize(("url", "secret"), [("", SECRET), ("letters.example", SECRET), (None, "too short")])
    def test_half_a_configuration_sends_nothing(
        self, wordpress: WordPress, byline: Listener, url: str | None, secret: str
    ) -> None:
        wordpress.install_plugin(PLUGIN, byline.url if url is None else url, secret)
        wordpress.create_post()

        assert told(wordpress, byline) == []
        assert wordpress.scheduled(RETRY) == 0

    def test_the_source_can_be_named(self, wordpress: WordPress, byline: Listener) -> None:
        wordpress.install_plugin(PLUGIN, byline.url + "/", SECRET, source="wordpress-es")
        wordpress.create_post()

        notice = byline.next()
        assert notice.path == "/hooks/wordpress"
        assert b'"source":"wordpress-es"' in notice.body


class TestBylineInTrouble:
    def test_a_byline_that_hangs_keeps_no_editor_waiting(self, wordpress: WordPress, byline: Listener) -> None:
        byline.may_answer.clear()

        post = wordpress.create_post()["id"]  # The editor has the answer here.

        notice = byline.next()
        assert notice.told == (post, "publish")
        assert notice.sender_waits()

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_a_failed_notice_is_sent_once_more(self, wordpress: WordPress, byline: Listener, status: int) -> None:
        byline.status = status
        post = wordpress.create_post()["id"]
        assert told(wordpress, byline) == [(post, "publish")]

        wordpress.run_cron()
        assert told(wordpress, byline) == []  # Not before its minute is over.
        wordpress.run_cron(later=61)
        wordpress.settle()
        [again] = byline.take()
        assert again.told == (post, "publish")
        assert again.is_signed()
        wordpress.run_cron(later=3600)
        assert told(wordpress, byline) == []
        assert wordpress.scheduled(RETRY) == 0

    def test_a_byline_that_was_down_gets_the_notice_later(self, wordpress: WordPress, byline: Listener) -> None:
        byline.close()
        post = wordpress.create_post()["id"]
        wordpress.settle()
        assert wordpress.scheduled(RETRY) == 1

        byline.reopen()
        wordpress.run_cron(later=61)

        assert told(wordpress, byline) == [(post, "publish")]

    def test_a_byline_that_is_down_is_asked_once_for_many_posts(self, wordpress: WordPress, byline: Listener) -> None:
        posts = [wordpress.create_post()["id"] for _ in range(3)]
        told(wordpress, byline)
        byline.status = 503

        wordpress.php("array_map('wp_trash_post', $given);", posts)
        assert told(wordpress, byline) == [(posts[0], "trash")]

        byline.status = 202
        wordpress.run_cron(later=61)
        assert told(wordpress, byline) == [(post, "trash") for post in posts]

    def test_a_refusal_is_not_repeated_but_logged(self, wordpress: WordPress, byline: Listener) -> None:
        byline.status = 401
        post = wordpress.create_post()["id"]

        assert told(wordpress, byline) == [(post, "publish")]
        assert wordpress.scheduled(RETRY) == 0
        assert f"Byline refused the notice for post {post}: HTTP 401" in wordpress.log()

    def test_a_late_notice_contradicts_no_newer_one(self, wordpress: WordPress, byline: Listener, post: int) -> None:
        byline.status = 503
        wordpress.unpublish(post)
        told(wordpress, byline)
        byline.status = 202
        wordpress.update_post(post, status="publish")
        assert told(wordpress, byline) == [(post, "publish")]

        wordpress.run_cron(later=61)

        assert told(wordpress, byline) == []


class TestTheEditorsWord:
    def meta(self, wordpress: WordPress, post: int) -> tuple[str, str]:
        """As Byline sees it: without a login."""
        meta = httpx.get(f"{wordpress.url}/wp-json/wp/v2/posts/{post}").json()["meta"]
        return meta["byline_change"], meta["byline_note"]

    def test_a_choice_speaks_of_one_save_only(self, wordpress: WordPress, post: int) -> None:
        wordpress.update_post(post, meta={"byline_change": "correction", "byline_note": "The name was wrong."})
        assert self.meta(wordpress, post) == ("correction", "The name was wrong.")

        wordpress.update_post(post, content="<p>A comma</p>")
        assert self.meta(wordpress, post) == ("", "")

    def test_the_same_choice_can_be_made_twice(self, wordpress: WordPress, post: int) -> None:
        for _ in range(2):
            wordpress.update_post(post, meta={"byline_change": "update", "byline_note": "New figures"})
            assert self.meta(wordpress, post) == ("update", "New figures")

    def test_a_choice_survives_other_plugins_saves_in_the_same_request(self, wordpress: WordPress, post: int) -> None:
        wordpress.php(
            """
            wp_update_post(['ID' => $given, 'post_title' => 'New', 'meta_input' => ['byline_change' => 'update']]);
            wp_update_post(['ID' => $given, 'post_excerpt' => 'by another plugin']);
            """,
            post,
        )
        assert self.meta(wordpress, post) == ("update", "")

    def test_whoever_edits_starts_from_no_choice(self, wordpress: WordPress, post: int) -> None:
        wordpress.update_post(post, meta={"byline_change": "correction"})

        editing = wordpress.rest.get(f"posts/{post}", params={"context": "edit"}).json()

        assert editing["meta"]["byline_change"] == ""
        assert self.meta(wordpress, post) == ("correction", "")

    def test_nonsense_and_strangers_are_refused(self, wordpress: WordPress, post: int) -> None:
        address = f"{wordpress.url}/wp-json/wp/v2/posts/{post}"
        assert wordpress.rest.post(f"posts/{post}", json={"meta": {"byline_change": "scandal"}}).status_code == 400
        assert httpx.post(address, json={"meta": {"byline_change": "update"}}).status_code == 401

    def test_a_note_is_one_line_of_plain_text(self, wordpress: WordPress, post: int) -> None:
        note = "<b>New</b>\nfigures <script>x</script>"
        wordpress.update_post(post, meta={"byline_change": "update", "byline_note": note})
        assert self.meta(wordpress, post) == ("update", "New figures")

    def test_a_note_goes_behind_the_password_with_its_post(self, wordpress: WordPress, post: int) -> None:
        wordpress.update_post(post, password="closed", meta={"byline_change": "update", "byline_note": "Private"})
        assert self.meta(wordpress, post) == ("", "")

    def test_the_classic_editors_box_is_saved_and_starts_empty(
        self, wordpress: WordPress, byline: Listener, post: int, admin: httpx.Client
    ) -> None:
        with browser.classic_editor(wordpress):
            browser.save_post(admin, post, byline_change="correction", byline_note=r"O'Hara, not \O'Hare\.")
            assert told(wordpress, byline) == [(post, "update")]
            assert self.meta(wordpress, post) == ("correction", r"O'Hara, not \O'Hare\.")

            browser.save_post(admin, post, post_title="A comma")
            assert told(wordpress, byline) == [(post, "update")]
            assert self.meta(wordpress, post) == ("", "")

    def test_the_block_editor_gets_a_panel_and_no_box(self, post: int, admin: httpx.Client) -> None:
        page = admin.get("/wp-admin/post.php", params={"post": post, "action": "edit"}).text
        assert "registerPlugin( 'byline-notify'" in page
        assert 'name="byline_change"' not in page


class TestStandfirst:
    def standfirst(self, wordpress: WordPress, post: int, **params: str) -> str:
        answer = httpx.get(f"{wordpress.url}/wp-json/wp/v2/posts/{post}", params=params).json()
        return str(answer["byline_standfirst"])

    def test_it_is_the_excerpt_that_a_person_wrote(self, wordpress: WordPress, post: int) -> None:
        assert self.standfirst(wordpress, post) == ""
        wordpress.update_post(post, excerpt="Who owns <em>the harbour</em>?")
        assert self.standfirst(wordpress, post) == "Who owns <em>the harbour</em>?"
        assert self.standfirst(wordpress, post, _fields="byline_standfirst") == "Who owns <em>the harbour</em>?"

    def test_it_goes_behind_the_password_with_its_post(self, wordpress: WordPress, post: int) -> None:
        wordpress.update_post(post, excerpt="Who owns the harbour?", password="closed")
        assert self.standfirst(wordpress, post) == ""

    def test_it_cannot_be_written(self, wordpress: WordPress, post: int) -> None:
        wordpress.update_post(post, byline_standfirst="Mine")
        assert self.standfirst(wordpress, post) == ""


class TestInstallation:
    def test_who_may_mend_it_is_told_what_is_missing(
        self, wordpress: WordPress, byline: Listener, admin: httpx.Client
    ) -> None:
        assert "BYLINE_" not in admin.get("/wp-admin/index.php").text

        wordpress.install_plugin(PLUGIN, "", "short")

        page = admin.get("/wp-admin/index.php").text
        assert "Set BYLINE_URL in wp-config.php" in page
        assert "Set BYLINE_SECRET in wp-config.php" in page

    def test_one_command_tries_it(self, wordpress: WordPress, byline: Listener, post: int) -> None:
        words = wordpress.php("ob_start(); Byline_Notify::test(); return ob_get_clean();")

        assert words == f"Told Byline of post {post}; it answered: HTTP 202\n"
        assert told(wordpress, byline) == [(post, "update")]

    def test_two_copies_do_no_harm(self, wordpress: WordPress, byline: Listener) -> None:
        assert wordpress.php("require $given; return 'up';", str(PLUGIN)) == "up"

    def test_php_has_nothing_to_complain_of(self, wordpress: WordPress, byline: Listener) -> None:
        """After all of the above."""
        assert [line for line in wordpress.log().splitlines() if PLUGIN.name in line] == []
