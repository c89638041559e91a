"""A correction, a withdrawal or a name taken off: who was told, who answered, where it is still live."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from service.partners.actions.acknowledging import BY_DESK, acknowledge
from service.partners.actions.standing import standing
from service.partners.actions.telling import remind
from service.partners.models import Notice, Told
from service.partners.rules.telling import answers
from service.people.rules.roles import Right
from service.toolbox import clock

from .door import desk, done
from .leaves import leaf
from .pages import page
from .wordings import ANSWERED_BY, ANSWERS, MESSAGE_STATES, NOTICE_KINDS

AT_ONCE = 50  # of those who were told


@require_safe
@desk(Right.SEE)
def notices(request: HttpRequest) -> HttpResponse:
    state, waiting = request.GET.get("state", ""), Notice.objects.unanswered()
    rows = (waiting if state == "todo" else Notice.objects.all()).select_related("version__article")
    count = waiting.count()
    told = ngettext("%(count)d notice waits for answers.", "%(count)d notices wait for answers.", count)
    shown = leaf(request, rows.order_by("-at", "-id"))
    values = {
        "title": gettext("Notices"),
        "sentence": told % {"count": count},
        "states": [("", gettext("all")), ("todo", gettext("wait for answers"))],
        "state": state,
        "leaf": shown,
        "rows": [(one, standing(one).sentence) for one in shown.rows],
        "kinds": NOTICE_KINDS,
    }
    return page(request, "notices.html", values)


@require_safe
@desk(Right.SEE)
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    one = Notice.objects.select_related("version__article").filter(pk=pk).first()
    if one is None:
        raise Http404
    stands = standing(one)
    values = {
        "title": gettext(NOTICE_KINDS[one.kind]),
        "notice": one,
        "standing": stands,
        "leaf": leaf(request, stands.everyone, AT_ONCE),
        "possible": [(answer, gettext(ANSWERS[answer])) for answer in (*answers(one.kind), "")],
        "answers": ANSWERS,
        "ways": ANSWERED_BY,
        "states": MESSAGE_STATES,
    }
    return page(request, "notice.html", values)


@require_POST
@desk(Right.PARTNERS)
def notice_answered(request: HttpRequest, pk: int, told: int) -> HttpResponse:
    """It came by phone, or by a mail to somebody."""
    one = _told(pk, told)
    acknowledge(one, BY_DESK, clock.now(), request.POST.get("answer", ""))
    said = gettext("%(who)s is noted as having answered; no more reminders go there.")
    return done(request, said % {"who": one.partner or one.contact}, "console:notice", pk)


@require_POST
@desk(Right.PARTNERS)
def notice_remind(request: HttpRequest, pk: int, told: int) -> HttpResponse:
    one = _told(pk, told)
    remind(one, clock.now())
    said = gettext("A reminder to %(who)s is on its way.")
    return done(request, said % {"who": one.partner or one.contact}, "console:notice", pk)


def _told(notice: int, pk: int) -> Told:
    rows = Told.objects.select_related("partner", "notice__version__article")
    one = rows.filter(notice=notice, pk=pk).first()
    if one is None:
        raise Http404
    return one
