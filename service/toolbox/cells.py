"""Cells that go out."""

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(cell: str) -> str:
    """With an apostrophe in front where a spreadsheet would compute it; import takes it off again."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
