from service.people.rules.roles import RIGHTS, Right, Role, rights_of


def test_an_administrator_may_everything_and_a_reader_of_numbers_only_look():
    assert rights_of(["administrator"]) == set(Right)
    assert rights_of(["reader"]) == {Right.SEE}


def test_an_editor_stops_letters_but_does_not_send_them():
    assert Right.EDIT in RIGHTS[Role.EDITOR]
    assert Right.PUBLISH not in RIGHTS[Role.EDITOR]


def test_two_roles_add_up_and_an_unknown_one_gives_nothing():
    assert rights_of(["editor", "partner manager", "emperor"]) == {Right.SEE, Right.EDIT, Right.PARTNERS}
