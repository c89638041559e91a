import pytest

from service.editions.actions.links import broken


@pytest.mark.django_db(transaction=True)
def test_only_links_that_can_not_be_read_are_told(live_server, settings):
    settings.SITE_URL = live_server.url
    there, gone = f"{live_server.url}/privacy", f"{live_server.url}/nothing-is-here"

    assert broken([there, gone, "mailto:desk@cauce.example"]) == [f"{gone} answers 404."]


@pytest.mark.django_db
def test_no_private_address_is_asked_that_nobody_named():
    told = broken(["http://10.0.0.1/latest"])

    assert len(told) == 1
    assert "10.0.0.1" in told[0]
