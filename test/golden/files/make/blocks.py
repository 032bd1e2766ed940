"""The words in which the companies' files are described, whatever program writes them."""


def h(level, text):
    return ('h', level, text)


def p(text):
    return ('p', text)


def ul(items):
    return ('ul', items)


def ol(items):
    return ('ol', items)


def table(header, rows):
    return ('table', header, rows)


def note(text, foot):
    """A sentence with a footnote."""
    return ('note', text, foot)


def struck(old, new):
    """A sentence that is struck out, before the one that holds now."""
    return ('struck', old, new)


def sheet(sheets, money=None):
    """A workbook: the rows of each sheet. Numbers with a currency are those of price columns."""
    return ("sheet", sheets, money)


def slide(title, items, notes=''):
    return ('slide', title, items, notes)


def mail(sender, to, subject, date, blocks):
    return ('mail', sender, to, subject, date, blocks)
