"""The last thing before a log line is written: no reader's link and no mail address gets through."""

import logging
import re

_LINK = re.compile(r"(/(?:confirm|preferences|unsubscribe|feedback|erase|partners/acknowledge|demo-login)/)[^\s\"'>]+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class Masked(logging.Filter):
    """Rewrites the finished message; also that of libraries, which log paths and errors as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, dict):  # ours: facts as keys
            record.msg = {key: masked(value) if isinstance(value, str) else value for key, value in record.msg.items()}
        else:
            record.msg, record.args = masked(record.getMessage()), None
        if record.exc_info:
            record.exc_text = masked(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


def masked(text: str) -> str:
    return _ADDRESS.sub("(address)", _LINK.sub(r"\1(token)", text))
