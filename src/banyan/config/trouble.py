"""What stops a command: said plainly, with what to do about it. Commands run before Django is there, so this stands alone."""


class Trouble(Exception):
    """A command cannot go on. `what` says why, `mend` says what the person at the keyboard can do."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(f"{what}\n{mend}" if mend else what)
        self.what = what
        self.mend = mend
