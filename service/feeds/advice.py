"""What to tell whoever makes a feed reader that takes too much, in a sentence. Plain Python."""

ENOUGH = 10  # whole copies that nobody needed, before a word is worth it


def advice(asked: int, unchanged: int, wasted: int, refused: int) -> str:
    """ "" where there is nothing to say."""
    if refused >= ENOUGH:
        return (
            "Takes so many whole copies that it is refused at times (429). Write to its maker: it should send "
            "back the ETag as If-None-Match, and wait as long as Retry-After says."
        )
    if wasted >= ENOUGH and wasted * 4 >= asked:
        return (
            "Takes whole copies of what it has just been given. Write to its maker: it should send back the "
            "ETag as If-None-Match."
        )
    if asked >= 100 and not unchanged:
        return "Never says what it has, so it is always given all. Its maker should send If-None-Match."
    return ""
