"""A runner that speaks to nobody: typed calls as text, for those who start commands without waiting."""


class Texts:
    """Collects in `texts` what a typed call would say, without AT and CR LF.

    at: the runner whose firmware decides.
    """

    def __init__(self, at):
        self.has = at.has
        self.nonos = at.nonos
        self.texts = []

    def run(self, text, *args, **more):
        """Take down one command."""
        self.texts.append(text)

    keep = run

    def forget(self, text):
        """Nothing is told again here."""
