"""Given names: whether two may be one human's, written short, as an initial or by ear.

Total functions, the same both ways round.
`Paul` and `Paula` differ by a letter and are two people, so that likeness of letters alone says nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import product

from atlas_sync.canonical.normalize import GENERATIONS, person_key, spelt_plainly

__all__ = ["given_names_differ", "is_given_name", "may_be_one_given_name"]

_KNOWN = """
abigail: abby gail / adelheid: heidi adele / albert: al bert / albrecht: bert /
alexander aleksander alessandro alejandro: alex alec lex sascha sasha sandro xander /
alexandra alessandra alejandra: alex lexi sandra sascha sasha / alfred: alf fred fredi / amanda: mandy /
andreas andrew andre: andi andy drew anders / angela angelika angelica: angie geli /
anna anne ann: annie anni aenne nan nancy / annemarie: anne anna / antonia: toni /
antonius antonio anthony anton: toni tony / arthur artur: art / august augustus augustin: gus /
barbara: babs baerbel basia / bartholomew bartlomiej: bart bartek / beatrice beatrix: bea trixie /
benedikt benedict: ben bene / benjamin: ben benny benji / bernhard bernard bernd: bernie berni /
birgit birgitta brigitte bridget: gitta gitte / caroline carolin carolina: caro carrie lina line /
charles carl carlos carlo: charlie chuck / charlotte: lotte lotta charlie / christian: chris /
christiane christina christine kirsten kerstin: chris christa tina tine /
christopher christoph kristof christoffer: chris kit stoffel / constantin: konsti / cornelia: conny nele /
cornelius cornelis: kees / daniel: dan danny / daniela danielle: dani / david: dave davey / deborah: debbie /
dietrich: dieter dirk / dorothea dorothy dorothee: dora thea dolly / edmund edmond: ed ted ned /
edward eduard edoardo eduardo: ed eddie ted teddy ned / eleonore eleanor elinor: ellie nora lore nell /
elisabeth elizabeth elisabetta elzbieta: liz lizzie lisa liese lisbeth betty beth bettina eliza elise elsa else sissi bess /
emanuel emmanuel: manuel manu / emily emilia: emmy milly / eugen eugene: gene / evelyn: eva eve evi /
ferdinand fernando: ferdi nando / frances francesca francisca franziska: franzi fran fanny /
francis francesco francisco francois franciszek: franz frank frans franek paco / friederike frederike: rike fritzi /
friedrich frederic frederick federico frederik: fred freddy fritz fiete freek / gabriel: gabe gabi /
gabriele gabriela gabrielle: gabi gaby ela / georg george jorge giorgio: joerg juergen schorsch /
gerald gerard gerhard: gerd gert gerry jerry / gertrud gertrude: trudi trude / gilbert: bert /
gottfried geoffrey jeffrey: geoff jeff friedel / gregory gregor grzegorz: greg grischa /
guillermo guillaume guglielmo wilhelm willem william: bill billy will willy willi wim liam memo / hannelore: hanne lore /
harald harold: harry hal / heinrich henry henri hendrik henrik enrico enrique: harry hal hank heinz heiner hein /
helena helen helene: ellen lena leni nell / herbert: herb bert / hildegard: hilde hilda / hubert: bert /
ignatius ignacio: nacho iggy / ingeborg: inge inga / isabella isabelle isabel: bella isa izzy /
jacob jacques jakub giacomo: jake kuba / jacqueline: jackie / james: jim jimmy jamie jay / jan: hannes janek /
jeffery: jeff / jennifer: jenny / jeremias jeremy: jerry / jessica: jessie / joachim: achim jochen /
johanna joanna: jo hanna hanne hannah janna asia / johannes johann: hans hannes henning jan jens jo john /
john: jack jon johnny jan / jonathan: jon jonny nathan / joseph jose giuseppe: joe jo sepp pepe beppe jupp /
josephine josefine: josie jo fina / joshua: josh / judith: judy jutta / julia juliane juliana: julie jule /
katharina catherine caterina catalina katarzyna: kathrin katrin katja kate katie kathy kitty trine kasia ina /
kathleen: kate katie kathy / kenneth: ken kenny / klaus: klaas / konrad: kurt conny /
laurence lorenz lorenzo laurent: larry lars / leonhard leonard leonardo: len lenny leo / leopold: leo poldi /
lillian lilian: lily lilly / louis ludwig luis luigi: lou lutz / lucia lucy lucie lucille / luise louisa louise: lou lulu /
lukas luke luca: luki / magdalena madeleine: magda lena leni maddy / malgorzata: gosia / manfred: manni fred /
manuela: manu ela / marcus marco mark: marek /
margarete margaret margareta margarita marguerite: greta grete gretel maggie meg peggy marge rita daisy gretchen /
maria mary marie: mia mimi mitzi molly polly ria / martin: marty / martina: tina / mathilde: tilda tilly /
matthaeus matthew matthias mathieu matteo mateusz: mats matt hias matze / maximilian: max maxi / melanie melissa: mel /
michael michel miguel michele mikhail mikael: mike mick michi misha mischa mickey / michaela: michi ela /
mohammed muhammad: mo / monika monica: moni mona / natalia natalie: natasha natascha nata / nathan: nate /
nathaniel: nathan nate nat / nicole nicola: nicki nicky /
nikolaus nicholas nicolas nikolas nicolaus: klaus nick nico niko niklas nils claas / norbert: bert /
oliver olivier: olli ollie / olivia: liv livia / oskar: ossi / pamela: pam / patricia: pat patty trish /
patrick: pat paddy / paul paulo pablo paolo pawel: pauli / paula pauline / peter pedro pietro pierre piotr: pete piet pit /
philipp philippe felipe filippo: phil pip / rachel rahel / raphael: rafa raffi / rebecca: becky becca /
reinhard: reiner hardy / reinhold: rein / richard ricardo riccardo ryszard: rick ricky rich dick /
robert roberto: rob bob bobby bert / ronald: ron ronny / rosemarie rosemary: rosa rosi rose romy /
rudolf rodolfo: rudi rolf / sabine sabina: bine / salvatore: toto / samantha: sam sammy / samuel: sam sammy /
sebastian sebastien: basti seb / siegfried: sigi / sigrid: siri / sophia sophie: fia / stanislaw stanley: stan /
stefan stephen steven stefano etienne esteban szczepan: steve steffen steff / stefanie stephanie: steffi /
susanne susan susanna zuzanna: susi sue sanne sanna zuza / theodor theodore: theo ted teddy /
theresa therese: resi tess tessa terry / thomas tommaso tomasz: tom tommy tomek / timothy timotheus: tim timo /
tobias: toby / ulrich: uli ulli udo / ulrike: uli ulli rike / ursula: uschi ulla ursel / valentin valentino: val /
veronika veronique: vroni ronja / victor: vic / victoria: vicky / vincent vincenzo: vince vinny / virginia: ginny /
vladimir: vova / walter: walt / waltraud: traudl / wilfried wilfred: fred will / wilhelmine wilhelmina: minna wilma /
winfried: fred winnie / wolfgang: wolf wolfi / zachary: zack
"""
"""Names that are one in several languages, and behind a colon the short forms of each; between two of these is none."""


_SHORTEST, _LEAST_CUT = 2, 3
_PET, _PET_ENDINGS = 3, ("i", "ie")
_OTHER_GENDER = ("ina", "ine", "inha", "inka", "etta", "ette", "elle", "ella", "ita")
_BY_EAR = (("ph", "f"), ("th", "t"), ("ck", "k"), ("c", "k"), ("y", "i"), ("z", "s"))
_REPEATED = re.compile(r"(.)\1+")


def _by_ear(word: str) -> str:
    """Give a name as it is heard, whether `Stephan` or `Stefan`, `Sarah` or `Sara`."""
    for letters, sound in _BY_EAR:
        word = word.replace(letters, sound)
    return _REPEATED.sub(r"\1", word[:1] + word[1:].replace("h", ""))


def _pairs() -> Iterator[frozenset[str]]:
    for group in _KNOWN.split("/"):
        names, _colon, short = ([_by_ear(word) for word in part.split()] for part in group.partition(":"))
        yield from (frozenset(pair) for pair in product(names, [*names, *short]))


_ARE_ONE = frozenset(_pairs())
_HEARD = frozenset().union(*_ARE_ONE)


def given_names_differ(one: str, other: str) -> bool:
    """Tell if two full names are clearly of two humans, whatever else they share; names of one word tell nothing.

    >>> given_names_differ("Anna Mueller", "Peter Mueller"), given_names_differ("Anna Mueller", "A. Mueller")
    (True, False)
    >>> given_names_differ("Mueller Peter", "Anna Mueller"), given_names_differ("Mueller Anna", "Anna Mueller")
    (True, False)
    >>> given_names_differ("Hans Huber sen.", "Hans Huber jun."), given_names_differ("Hans Huber", "Hans Huber jun.")
    (True, False)
    """
    left, right = person_key(one).split(), person_key(other).split()
    if _generation(left) != _generation(right) and _generation(left) and _generation(right):
        return True
    if len(left) < 2 or len(right) < 2 or left[0] == right[0]:  # noqa: PLR2004 - a given and a family name
        return False
    if "".join(left).isascii() != "".join(right).isascii():
        return False
    shared = set(left) & set(right)
    ours, theirs = _given(left, shared), _given(right, shared)
    if not ours or not theirs or _are_initials(ours, theirs) or _are_initials(theirs, ours):
        return False
    return not any(may_be_one_given_name(mine, yours) for mine in ours for yours in theirs)


def _generation(words: Sequence[str]) -> int | None:
    """Give which of several of one name somebody is, if a word behind the first says so and leaves a full name."""
    told = [word for word in words[1:] if word in GENERATIONS]
    return GENERATIONS[told[-1]] if told and len(words) - len(told) > 1 else None


def _given(words: Sequence[str], shared: Collection[str]) -> Sequence[str]:
    """Give what stands before the family name that two share, or behind it where it goes first; the first word if none is."""
    if not shared:
        return words[:1]
    places = [place for place, word in enumerate(words) if word in shared]
    return words[: places[0]] or words[places[-1] + 1 :]


def _are_initials(words: Sequence[str], others: Sequence[str]) -> bool:
    """Tell if a word is made of the first letters of others: `HP` of `Hans-Peter`."""
    return len(others) > 1 and words == ["".join(word[0] for word in others)]


def may_be_one_given_name(one: str, other: str) -> bool:
    """Tell if two words may be one given name: the same by ear, an initial, a short form, or two letters that changed places.

    >>> may_be_one_given_name("thomas", "tom"), may_be_one_given_name("paul", "paula"), may_be_one_given_name("p", "paula")
    (True, False, True)
    """
    short, long = sorted((one, other), key=len)
    if len(short) == 1:
        return long.startswith(short)
    heard, others = _by_ear(short), _by_ear(long)
    if (
        heard == others
        or spelt_plainly(short) == spelt_plainly(long)
        or {heard, others} in _ARE_ONE
        or _is_pet_name(heard, others)
    ):
        return True
    if one[0] == other[0] and one[-1] == other[-1] and sorted(one) == sorted(other):
        return True
    cut = long.removeprefix(short)
    return len(short) >= _SHORTEST and _LEAST_CUT <= len(cut) < len(long) and cut not in _OTHER_GENDER


def is_given_name(word: str) -> bool:
    """Tell if a word is a given name that is known here, in full or short.

    >>> is_given_name("leopold"), is_given_name("poldi"), is_given_name("price")
    (True, True, False)
    """
    return _by_ear(word) in _HEARD


def _is_pet_name(short: str, long: str) -> bool:
    """Tell if a name as heard is another of three letters with an ending, as `Tommy` is to `Tom`."""
    return len(short) == _PET and long.startswith(short) and long[_PET:] in _PET_ENDINGS
