"""A partner's WordPress with byline-partner.php, used as its administrator uses it: by the settings page."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from . import browser
from .site import WordPress

PLUGIN = Path(__file__).parents[2] / "docs" / "wordpress" / "byline-partner.php"
_PAGE = "/wp-admin/options-general.php?page=byline-partner"


@dataclass(frozen=True, slots=True)
class PartnerSite:
    wordpress: WordPress

    def install(self) -> None:
        shutil.copy(PLUGIN, self.wordpress.www / "wp-content" / "plugins")
        self.wordpress.php("""
            require_once ABSPATH . 'wp-admin/includes/plugin.php';
            activate_plugin('byline-partner.php');
            flush_rewrite_rules();
        """)

    def settings_page(self) -> str:
        with browser.logged_in(self.wordpress) as client:
            return client.get(_PAGE).raise_for_status().text

    def save(self, **fields: str) -> str:
        """The page that follows."""
        return self._press("save", **fields)

    def import_now(self) -> str:
        return self._press("import")

    def wait_an_hour(self) -> None:
        """What the clock calls within it is called now."""
        self.wordpress.run_cron(later=3600)

    def posts(self) -> list[dict[str, Any]]:
        """Drafts too; newest first."""
        answer = self.wordpress.rest.get("posts", params={"status": "any", "context": "edit"})
        found: list[dict[str, Any]] = answer.raise_for_status().json()
        return found

    def page(self, post: dict[str, Any]) -> str:
        """As readers are shown it."""
        return httpx.get(post["link"], timeout=60).raise_for_status().text

    def _press(self, button: str, **fields: str) -> str:
        with browser.logged_in(self.wordpress) as client:
            form = browser.Form(client.get(_PAGE).raise_for_status().text, "byline-partner").fields
            sent = {**form, **fields, button: "1"}
            return client.post("/wp-admin/admin-post.php", data=sent).raise_for_status().text
