"""Titles: the roles that a job title brings.

English, and the commonest in German and French. What a sentence says of somebody stands in `cues`.
"""

from __future__ import annotations

from atlas_sync.extraction.cues import Table, any_of, cued

__all__ = ["roles_of_title"]

_TITLES: Table = (
    (
        "technical",
        any_of(
            r"i\.?t\b|ict\b|edv\b|developer|informat\w*|automation|electri\w*|elektri\w*|mechanic\w*|maintenance|"
            r"instandhalt\w*|wartung\w*|haustechnik|facilit\w*|laborator\w*|labor\b|lab\b|"
            r"process (?:owner|engineer|lead)|validation|c[idt]o\b|ciso\b|engineer\w*|ing[eé]nieur\w*|infrastructure|"
            r"data\b|daten\w*|security|sicherheit\w*|technical\w*|techni(?:k|que)\w*|technolog\w*|soc\b|bi\b|"
            r"digital\w*|systems?\b|system\w*admin\w*|sysadmin|quality|qualit[äaé]\w*|qa\b|qhse|hse\b|ehs\b|whs\b|"
            r"medical lead|pharmac\w*|apothek\w*|architect|architekt\w*|network|infection|regulatory|r&d|research|"
            r"scien(?:ce|tist)\w*|safety|metrolog\w*|conservator|head (?:keeper|brewer|gardener|grower)|brewmaster|"
            r"cellar ?master|winemaker|surveyor|devops|platform|integration\w*"
        ),
    ),
    (
        "economic buyer",
        any_of(
            r"cfo\b|financ\w*|finanz\w*|accounts\b|account(?:ing|ant)|comptroller|k[äa]e?mmer\w*|control(?:ler|ling)|"
            r"contr[ôo]leu\w*|treasur\w*|bursar|investor|budget|kaufm[äa]nn\w*|"
            r"owner\b(?<!product owner)(?<!process owner)|proprietor|inhaber\w*|g[ée]rant\w*|founder|gr[üu]nder\w*|"
            r"managing director|managing partner|mng partner|ceo\b|md\b|chief executive|gesch[äa]e?ftsf[üu]e?hr\w*|"
            r"pdg\b|directeur g[ée]n[ée]ral|directrice g[ée]n[ée]rale|vorstand\w*"
        ),
    ),
    (
        "procurement",
        any_of(
            r"procurement|purchas\w*|buyer\b|buying|sourcing|contracts\b|tender\w*|eink[äa]uf\w*|beschaffung\w*|"
            r"vergabe\w*|achats?\b|acheteu\w*|category manager|commercial manager"
        ),
    ),
    (
        "legal",
        any_of(
            r"legal|counsel|compliance|law(?:yer)?\b|attorney|notar\w*|privacy|solicitor|barrister|data protection|"
            r"datenschutz\w*|dpo\b|recht\w*|jurist\w*|juridique|avocat\w*|paralegal"
        ),
    ),
    (
        "end user",
        any_of(
            r"supervisor|shift|schicht\w*|specialist|planner|schedul\w*|coordinator|caretaker|hausmeister\w*|driver|"
            r"teacher\b|lehrer\w*|matron|warden|chef\b|cook\b|foreman|forewoman|charge hand|dispatch\w*|site manager|"
            r"floor|store (?:manager|ops)|administrator|clerk|crew|plant (?:head|manager)|technician|techniker\w*|"
            r"team (?:lead|manager|leader)|teams? manager|operator|nurse|works council|betriebsrat\w*|union|"
            r"(?:crop|depot|terminal|warehouse|branch|duty|kitchen|ward|yard|stock|office|practice|studio|"
            r"restaurant|workshop|production|operations|farm|reservations|floor) manager|"
            r"ops manager|front desk|reception\w*|secretary(?! general)\b(?<!general secretary)|librarian|caseworker|"
            r"sachbearbeit\w*|housekeep\w*|bookkeep\w*|payroll|fulfil+ment|transport office|logistics|lagerleit\w*|"
            r"pfleg\w*|master (?:\w+ ?)?(?:maker|baker|brewer|craftsman)|master \w*cheese\w*|meister\w*|rektor\w*|"
            r"midwife|therapist|paramedic|analyst|assistant|trainer|instructor|harbou?r ?master|groom|gardener|"
            r"keeper\b(?<!head keeper)"
        ),
    ),
    (
        "decision maker",
        any_of(
            r"managing director|chief executive|chief operating|general manager|gm\b|"
            r"head ?(?:master|mistress|teacher)|mayor|b[üu]rgermeister\w*|dean\b|chairman|chairwoman|chairperson|"
            r"ceo\b|owner\b(?<!product owner)(?<!process owner)|proprietor|inhaber\w*|founder|gr[üu]nder\w*|"
            r"president\b(?<!union president)|general secretary|secretary general|managing partner|mng partner|\bmd\b|"
            r"executive director|general director|(?<!\w )director$|direktor\w*|directeur g[ée]n[ée]ral|"
            r"directrice g[ée]n[ée]rale|coo\b|principal\b(?! (?:engineer|consultant|architect))|chair\b|trustee|"
            r"gesch[äa]e?ftsf[üu]e?hr\w*|vorstand\w*|gesch[äa]ftsleit\w*|amtsleit\w*|werkleit\w*|pdg\b|g[ée]rant\w*|"
            r"abbot|prior\b|rector|provost|commissioner"
        ),
    ),
)


def roles_of_title(title: str) -> tuple[str, ...]:
    """Give the roles that usually go with a job title, in English, German or French.

    A director of one function decides on that function, not on the sale; only who runs the whole is taken for a decision maker.
    """
    return cued(_TITLES, title)
