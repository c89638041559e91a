from service.console.charts import Chart


def chart(*values: int) -> Chart:
    return Chart("Letters", "letters", "minute", [(f"09:{minute:02d}", value) for minute, value in enumerate(values)])


def test_the_scale_ends_at_a_round_number_above_the_highest_bar():
    assert [chart(value).top for value in (0, 1, 7, 12, 499, 501)] == [1, 1, 10, 20, 500, 1000]


def test_a_bar_is_as_high_as_its_share_of_the_scale():
    full, half = chart(10, 5).bars

    assert half.height == full.height / 2
    assert half.y > full.y


def test_many_bars_get_few_labels():
    assert len(chart(*range(100)).labelled) <= 8
