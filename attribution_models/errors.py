"""The one error that a person can mend: every package raises it, and only the command line turns it into text."""


class BadInput(Exception):  # noqa: N818 - it names what is wrong, for people
    """Something outside the code is wrong: a file, a setting, a credential, a disk.

    ``problem`` says what is wrong and where (file, row, column, setting); ``remedy`` says what to do about it.
    The command line prints both and ends with exit status 2; nothing that was published is touched.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\n  What to do: {remedy}")
        self.problem = problem
        self.remedy = remedy

    def __reduce__(self) -> tuple[type["BadInput"], tuple[str, str]]:
        return type(self), (self.problem, self.remedy)
