"""The beginnings of partners' names that name a partner by themselves: Northwind for Northwind Traders GmbH.

A beginning is one to three words. It is no short name where it

- is common: another partner's name holds it, so the partner that is shown may be meant, or both;
- is a customer's: an account's name begins with it, and a deal is named after its account;
- is ordinary: all of its words are, or it is one word of fewer than ``SHORTEST`` letters;
- is in a script without spaces between words, where the first letters are mostly an ordinary word.

In a text it counts where it begins with a capital or a digit, since Summit may be a partner and a summit is none.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from reports.words import NAMES

MOST_WORDS = 3
SHORTEST = 4
# Words that names of companies, deals and products are full of, beside those of the report itself.
ORDINARY = frozenset(
    """
    able access account active adaptive advanced advantage advisors advisory age agency agile all alliance alpha
    american analytics another any apex app applied apps april arctic art arts asia associate associates atlantic
    audit august auto automation autumn balance bank base beacon best beta better beyond big black blue bold brand
    bridge bright brown build business call capital care center central centre century channel choice city classic
    clear client close cloud coast code common community company complete connect connected consult consultants
    consulting contract control core corporate create creative crown custom customer cyber data deal december deep
    delta demo design desk develop development digital discovery distribution double dynamic dynamics early east
    eastern easy edge education elite energy engine engineering enterprise euro europe european evaluation evergreen
    every excellence exchange expansion expert experts express fair family fast february field final finance
    financial fire first five fixed flash flex flow focus force forward foundation four free freedom fresh friday
    frontier full fusion future gateway general german gold golden good grand great green grey group grow growth
    health help high highland hill home horizon hot house human ideal impact independent industrial infinite info
    information infra infrastructure initial inner innovation innovative insight insights integral integrated
    integration integrity intelligence intelligent inter interactive international internet invoice island january
    joint july june just key keystone lab labs lake large law lead leader leading legacy legal level life light like
    line link live local logic logistics long machine magic main major managed management march market marketing
    marketplace master matrix maximum media medical meeting mega metrics metro micro migration mind mobile model
    modern momentum monday more motion mountain moving multi national nations native natural net network networks
    next nexus nine noble nord north northern nova november oceanic october office oil old omega omni one online
    only open operations optimal orange orbit order origin other out over own pacific paper park partner partners
    partnership path pay peak people perfect phase phoenix pilot pinnacle pioneer pipeline planning platform plus
    point power practice precision premier premium present price prime pro product products professional program
    programme progress project proof prospect pulse pure quality quantum quarter quick quote radical rapid ready
    real red regional registration reliable renewal reseller resource resources result results retail review rise
    river rock royal run safe sales scale science sea second secure security select senior september service
    services seven shared shift signal silver simple single site six sky small smart social soft software solid
    solution solutions source south southern space spark special spring staff standard star start state stone store
    strategic strategy stream strong studio studios success suite summer summit sun super supply support sure swift
    swiss synergy system systems tax team tech technical technologies technology telecom ten test thing think third
    three thursday tier time titan today together tool tools top total trade trader traders training transfer
    transform transformation transport travel trend trial true trust tuesday twin two ultra under union unique
    united unity universal upgrade urban valley value vanguard vector velocity venture ventures vertex vertical view
    virtual vision vital voice wave way web wednesday week west western white wide wind winter wise wonder work
    works workshop world year yellow young zero zone
    """.split()  # noqa: SIM905  a list of quoted words is three times as long and harder to read
)
VOCABULARY = ORDINARY | {word for name in NAMES.values() for word in name.casefold().replace("-", " ").split()}

Words = tuple[str, ...]


def short_names(names: Mapping[str, Words], accounts: Collection[Words]) -> Iterator[tuple[str, Words]]:
    """(owner, short name) of every partner that has one.

    ``names`` are the words of each partner's name by its id, ``accounts`` those of customers' names: in small letters,
    without legal form and article.
    """
    held_by = Counter(chain.from_iterable(set(_runs(words)) for words in names.values()))
    customers = {account[:most] for account in accounts for most in range(1, MOST_WORDS + 1)}
    for owner, words in names.items():
        for short in _beginnings(words):
            if held_by[short] == 1 and short not in customers and not _is_ordinary(short):
                yield owner, short


def _beginnings(words: Words) -> Iterator[Words]:
    yield from (words[:most] for most in range(1, min(len(words), MOST_WORDS) + 1))


def _runs(words: Words) -> Iterator[Words]:
    """Every run of words that could be a short name, wherever it stands in a name."""
    return (run for first in range(len(words)) for run in _beginnings(words[first : first + MOST_WORDS]))


def _is_ordinary(short: Words) -> bool:
    told = [word for word in short if word not in VOCABULARY and len(word) > 1 and not word.isdecimal()]
    return not told or (len(short) == 1 and len(short[0]) < SHORTEST)
