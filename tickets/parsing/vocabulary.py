"""The words by which people say what they want, in the languages of their customers.

English, German, French, Spanish, Italian, Portuguese, Dutch, Polish and Scandinavian words.
Compared as `words.canonical` has it, so accents and umlauts need one spelling only.
"""

from itertools import product

from tickets.parsing.words import canonical, phrase


def _words(text: str) -> frozenset[str]:
    return frozenset(map(canonical, text.split()))


def _phrases(*texts: str) -> frozenset[tuple[str, ...]]:
    """Return the phrases; "a|b" stands for either, "_|a" for a or nothing."""
    made = set()
    for text in texts:
        for chosen in product(*(slot.split("|") for slot in text.split())):
            made.add(phrase(" ".join(each for each in chosen if each != "_")))
    return frozenset(made)


# Words that ask, order or connect, and say nothing of the matter.
FILLERS = _words(
    "a an the is it its this that be to for with on of please pls plz thanks thank you and or "
    "priority prio pri severity sev owner assignee ticket one board queue status set as make put "
    "aufs ins ans im am zum zur bitte danke und das die der dem den es ist ein eine für an "
    "mit auf als zu von priorität "
    "s'il vous plaît svp merci et le la les un une de du pour à sur en c'est est avec priorité "
    "por favor gracias y el los una para con es al del prioridad "
    "per favore grazie e il lo gli di a da è con priorità "
    "pro pra pros pras obrigado o os um uma do ao é prioridade "
    "alstublieft graag dank en het een voor aan met prioriteit "
    "dla proszę i do na z priorytet tack och till med för tak og til prioritet det er ce now"
)
# Everyday words that are no name by themselves, though names of companies begin with them.
EVERYDAY = _words(
    "a an the and of for in on at by from to with new old first second third fourth best blue red "
    "green black white gold golden silver city town school college university bank power light "
    "phone mobile coffee cafe house home office south north east west southern northern eastern "
    "western central state national international global world wide united general public royal "
    "company group service services system systems solution solutions design graphic art fine "
    "media video travel insurance legal medical dental health care clinic hospital church hotel "
    "smart consolidated messenger institute consultants partners research air airlines aerospace "
    "manufacturing importers instruments publishing publishers trading construction engineering "
    "toys warehouse organics delightful bakery boulangerie winery vineyard renewable digital data "
    "network networks cloud tech technology technologies computer computers internet online web "
    "mail email print printer scanner screen monitor laptop desktop server client user users "
    "team staff front back main help desk support security access account accounts backup update "
    "windows office outlook teams word excel adobe acrobat vpn wifi firewall router switch "
    "morning today tomorrow monday tuesday wednesday thursday friday saturday sunday summit star "
    "sun moon river lake mountain valley hill park garden market square point bridge alpine "
    "high low urgent critical normal medium number no not all any some every each other "
    "quick fast clean fresh safe sure true real right left open close closed free full half whole "
    "good better great big small little long short early late hot cold dry wet dark light bright "
    "clear easy hard heavy simple special super total prime premium classic modern active direct "
    "express rapid instant urgent care life living family friends people human child children kids "
    "man men woman women street road avenue place field fields land ground water fire air earth "
    "stone rock iron steel metal wood tree trees forest farm food kitchen table book books paper "
    "art music dance play game games sport sports fitness body mind heart hand hands head eye eyes "
    "car cars auto truck bus train ship boat bike plane flight travel tour trip market store shop "
    "sale sales trade deal price value money cash credit capital fund trust union bridge gate door "
    "wall roof window building build builder property real estate law legal tax audit press news "
    "story code key keys lock line lines link list note notes page pages part parts point process "
    "product project question request issue problem error change order report review test tool "
    "training study learning science research lab energy electric solar gas oil wind time date day "
    "night week month year hour minute moment start stop end next last again please thanks "
    "my your our his her their he she we they i you me us them who what when where why how "
    "der die das und für von mit bei im in am an auf haus stadt neue neuer neues schule "
    "le la les de du des et pour chez dans el los las y en con para il lo gli di da e "
)
# Before the name of the company that the ticket is for, whoever else is named.
CUSTOMER = _words("customer client company kunde kunden firma client société cliente empresa klant")
IS = _words("is ist est es è is e er är jest")
# What companies add to their names and nobody says.
LEGAL = _words(
    "inc incorporated ltd limited llc llp lp plc corp corporation co company gmbh ag kg ohg ug mbh "
    "sa sarl sas srl spa bv nv as ab oy aps pty kft sro ltda"
)
# What stands before the name of a company.
AT = _words(
    "at from for of by client customer company site "
    "bei von für beim kunde kunden firma chez de pour client société du des "
    "en de para cliente empresa da di presso per azienda em no na cliente "
    "bij van voor klant u w od dla klient hos fra från till"
)
# After a name and a comma: whoever is called upon is to do it.
CALLED = _phrases(
    "can|could|would|will you|u please|pls|_ have|take|_ a|_ look at|into|_",
    "can|could|would|will you|u please|pls|_ handle|do|check|fix|sort|see|own|_",
    "please|pls look|check|handle|see|take|_ at|into|_",
    "kannst|könntest du bitte|dir|das|_ mal|_",
    "peux|pourrais tu|_",
    "puedes|podrías",
    "puoi|potresti",
    "podes|poderia",
    "kun|kan je|du",
    "możesz proszę|_",
)
_IT = "it|this|that|ticket|one|_"
# Between a board and a status: "on Help Desk in Triage".
IN = _words("in as im en als")
# Before "the … board".
ON = _words("on onto to into auf aufs in im ins sur dans en al na op do på til")
# Before the name of a board.
PUT_ON = _phrases("put|move|log|open|raise|file it|this|ticket|_ on|onto|in|into|to|under the|_")
# Before a name: these words make its bearer the owner.
GIVES = _phrases(
    f"assign|assigned|assigning|asign|assing|allocate {_IT} to|_",
    f"give|hand|pass|route|dispatch {_IT} over|_ to",
    "send|forward it|this|ticket over|_ to",
    "assign the ticket|issue|case to",
    "give|hand|pass the|this|that ticket|issue|case|job|one over|_ to",
    "owner|assignee|technician|tech|engineer is|should|will|_ be|_",
    "owned by",
    "goes|go|over to",
    "leave it|this to|for",
    "zuweisen|zuteilen|zugewiesen an",
    "weise|teile es|das|bitte|ticket|_ es|das|_",
    "gib|geben es|das|ticket|sie|_ bitte|_ an|_",
    "bitte|_ an",
    "besitzer|bearbeiter|zuständig|verantwortlich ist|_",
    "assigner|affecter|attribuer|confier|donner|transmettre le|la|ce|_ ticket|_ à",
    "assigne|affecte|attribue|confie|donne|assignez|confiez|donnez le|la|ça|_ à",
    "à confier|assigner à",
    "responsable|propriétaire es|est|_",
    "asignar|asigna|asignarlo|asígnalo|asígnaselo|dáselo|pásaselo|dar|asignado el|lo|_ ticket|_ a",
    "assegna|assegni|assegnare|assegnalo|passalo|dallo|affida|affidalo lo|il|_ ticket|_ a|al|alla",
    "atribuir|atribua|atribui|passar|passe|dar o|isso|_ chamado|ticket|_ a|ao|à|para o|_",
    "que lo|la|se mire|revise|haga|vea|resuelva",
    "wijs|geef|toewijzen|geven het|dit|ticket|_ toe|_ aan",
    "przypisz|przydziel|daj|przekaż to|_ do|_",
    "tilldela|ge|tildel|giv|gi den|det|_ till|til|_",
)
# Around a name, first before, then after.
TAKES = (
    (
        _words("let have lass laat"),
        _words("handle take do look check fix work deal sort machen doen"),
    ),
    (_words("can could will would"), _words("take have look handle do check fix sort")),
    (_words("ask"), _words("to")),
    (_words("tell"), _words("to that")),
    (_words("put get"), _words("on")),
)
# After such a verb, before the matter itself.
INTO = _words("at into after the this it that a an on look peek mal das den die op naar")
# Between two names.
OR = _words("or and oder und ou et o y e of en lub i eller och og")
# After a name.
WILL_DO = _phrases(
    "should|can|could|must|will|shall|to|please take|handle|do|look|own|fix|work|get|go|sort|deal",
    "takes|handles|owns this|it|that|care",
    "is on it|this",
    "can|should|will|to please|_ have|take a look",
    "soll|sollte|kann|wird|muss sich|das|es|den|bitte|_ machen|übernehmen|ansehen|anschauen|"
    "kümmern|erledigen|lösen|prüfen",
    "soll|kann|wird sich|es|das darum|das|es|mal|bitte|_ kümmern|ansehen|anschauen|übernehmen",
    "übernimmt|macht das|es|_",
    "kümmert sich darum|drum|_",
    "doit|peut|va s'en|le|la|_ occuper|prendre|regarder|traiter|faire",
    "s'en occupe|charge",
    "prend le ticket|relais",
    "debe|puede|va|que a|lo|se|_ encargarse|hacerlo|mirarlo|revisarlo|encargue|revise|mire",
    "se encarga|ocupa",
    "se ne occupa",
    "cuida|trata disso|disto",
    "deve|può|pode|vai occuparsene|farlo|guardarci|tratar|resolver|ver|cuidar",
    "kan|moet|zal dit|het|er|_ oppakken|doen|naar|bekijken|regelen",
    "pakt|neemt dit|het op",
    "niech się|to|_ tym|_ zajmie|zrobi",
    "się tym|_ zajmie",
    "tar|tager den|det|detta|over|_",
)
# Before "on the … board" or "status …".
ORDERS = _words(
    "put move route send set make file log create open add change mark keep should goes belongs "
    "setze stelle lege leg verschiebe mettre mets pon poner metti coloque zet ustaw should go"
)
# In a clause that names somebody and says nothing else: they are to do it.
DOING = _words(
    "zuweisen zuteilen zugewiesen übergeben übergibt weiterleiten lleve llevar llévalo passa passe "
    "passar atribuir atribua assegna assegnare attribuer affecter toewijzen tilldela tildel "
    "then dann alors entonces allora então "
    "i ill im ive you he she they we who let lets ask get can could will would should may might "
    "must shall ought take takes taking have has having look looks looking own owns handle "
    "handles handling order orders do does doing fix fixes sort sorts sorting check checks see "
    "sees care deal deals jump jumps pick up work works working assign assigned give gives given "
    "pass hand hands send going over at into him her them his hers theirs job myself now next soll "
    "sollte sollten kann könnte wird würde muss darf macht machen machs übernimmt übernehmen "
    "ran dran drauf ansehen anschauen schauen schaut kümmert kümmern darum drum sich mal gerne "
    "gern bitte gib geben gebt prüfen prüft erledigt erledigen lösen löst doit peut pourrait va "
    "prend prendre prenne s'en s'y occupe occupera occuper charge chargera regarde regarder "
    "traite traiter gère gérer donner donne confier confiez passer ça cela ce lui y voir voit "
    "se puede podría debe que lo encarga encargue encargarse ocupa ocupe mire mira revise "
    "revisa haga vea ve verlo hacerlo mirarlo revisarlo asignar dar dale dáselo pásalo pásaselo "
    "queda può potrebbe deve ci pensa pensi pensarci occuparsene occupa ne vede guarda "
    "guardarci farlo fa prende prenderlo sistemare pode poderia vai ser fica com cuidar cuida "
    "trata tratar ver vê resolver resolve faz fazer isso disso disto kan kunnen kunt moet mag "
    "zal wil pakt oppakken pakken kijken kijkt ernaar naar doen doet regelen regelt dit hier er "
    "op laat niech się to tym zajmie zajmuje zrobi zrobić może sprawdzi zobaczy weźmie bierze "
    "przypisz daj ta tar tager tage på titta kolla fixa fixar fikse ordner ordnar sköter skal "
    "ska får den det detta dette ge giv gi"
)
# Before a name that signs the request.
SIGNS = _words(
    "thanks thank thx regards cheers sincerely best danke grüße gruß grüsse merci cordialement "
    "bien gracias saludos grazie saluti obrigado obrigada abraço bedankt groeten dziękuję "
    "pozdrawiam tack hälsningar hilsen"
)
PLEASE = _words("please pls plz bitte proszę")
ME = _words("me myself mir mich moi mí mim mij mig mnie")

PRIORITY = _words(
    "priority prio pri priorität priorité prioridad prioridade priorità prioriteit priorytet "
    "prioritet severity sev urgency dringlichkeit urgence urgencia gravedad"
)
BOARD = _words(
    "board queue tafel warteschlange tableau file tablero cola bacheca quadro bord wachtrij "
    "tablica boardet tavlen tavlan køen"
)
STATUS = _words("status state zustand statut état estado stato stan")
CANNOT = _words("can't cannot couldn't won't wouldn't shouldn't mustn't")
NOT = CANNOT | _words(
    "not no n'est isn't aren't wasn't don't doesn't didn't needn't never nothing hardly "
    "barely avoid nicht kein keine keinen nichts niemals pas non rien jamais nada nunca niente mai "
    "tutt'altro não nem niet geen nooit allesbehalve nie wcale ikke inte without ohne sans sin less"
)
# "Anything but urgent" denies too.
ANYTHING_BUT = _phrases("anything but", "alles andere als", "tout sauf", "todo menos", "far from")
# Around such a word: how much it denies.
DEGREES = _words(
    "so very too really all particularly especially at by any means super overly exactly terribly "
    "remotely actually just that from überhaupt gar wirklich besonders ganz unbedingt tout "
    "vraiment spécialement particulièrement forcément muy tan para realmente demasiado affatto "
    "molto proprio così sehr jest per ne muito tão helemaal echt erg zo heel bardzo zbyt så "
    "særlig speciellt veldig"
)
# Between such a word and what it denies.
LINKS = (
    FILLERS
    | DEGREES
    | _words(
        "do you what i i'd we we'd he she they would call consider say need needs want have has "
        "like ask let let's tell"
    )
)
# After what is denied: it says no more.
AFTER_DENIAL = _phrases(
    "at all", "by any means", "right now", "for now", "du tout", "para nada", "affatto", "hoor",
    "but|yet|though still|_ important", "aber|jedoch wichtig", "mais important|importante",
    "pero|ma|mas importante", "maar belangrijk", "ale ważne",
)  # fmt: skip
# After what would be an order: it tells what was, and asks for nothing.
WAS = _words("was were has had wurde war hatte était a fue era werd had blev")
# After "can fix": that is somebody's own matter.
OWN = _words("his her their my your our own seine ihre son sa su suo zijn haar")
# Right before a name: everybody but this one.
EXCEPT = _words(
    "but except besides than excluding ausser sauf excepté excepto menos salvo tranne behalve "
    "oprócz poza utom undtagen unntatt"
)
# "I would give it to Sam, but …": nobody is asked.
WOULD = _words("would i'd we'd würde würden hätte donnerais daría darei zou dałbym ville skulle")
BUT = _words("but aber pero mais ma maar ale men")
# After an order: when, or with whom.
MORE = _words("around about with before until till tomorrow today tonight mit avec con met med")
# Before "high priority", and gone with it.
WITH = _words("with at mit bei avec con com met med z")
# After "to look" and the like.
AT_IT = _words("at into after")
# Before the name of a person who is no customer.
TITLES = _words(
    "dr mr mrs ms miss prof herr herrn frau monsieur madame mme sr sra señor señora dra"
)

# How people say how much it matters. The first word of each is what PSAs call it.
LEVELS: dict[str, frozenset[str]] = {
    "critical": _words(
        "critical crit emergency kritisch notfall emergencia emergência emergenza urgence "
        "critique crítico crítica critico critica kritiek "
        "noodgeval krytyczny krytyczna kritisk highest höchste blocker"
    ),
    "high": _words(
        "high urgent asap urgently rush important hoch hohe hoher dringend eilig wichtig haute "
        "élevée urgente urgent importante alta alto importante elevata hoog hoge dringende spoed "
        "belangrijk wysoki wysoka pilne pilny hög høj viktig haster hast hgih hihg urgnet"
    ),
    "medium": _words(
        "medium normal moderate mid standard mittel mittlere normale moyenne moyen media medio "
        "média médio normaal gemiddeld średni średnia normalny medel"
    ),
    "low": _words(
        "low lowest minor niedrig niedrige gering unwichtig basse faible baja bajo bassa basso "
        "baixa baixo laag lage niski niska låg lav"
    ),
    "maintenance": _words("maintenance wartung entretien mantenimiento manutenzione manutenção"),
}
# Said of nothing but urgency, wherever they stand.
PLAINLY_URGENT = _words(
    "urgent urgently asap dringend notfall eilig urgente spoed noodgeval pilne pilny haster"
)
# Before a colon these name what it is about: "Maintenance: …", "Media: …".
NO_LEVEL_ALONE = LEVELS["maintenance"] | _words("media standard")
# Greetings, and what mail programs put in front of a subject.
BEFORE_MATTER = _words("hi hello hey hallo hej hola ciao team all there fw fwd re wg aw tr sv vs")
NO_HURRY = _phrases(
    "no|zero rush|hurry|urgency", "no great|real urgency|hurry|rush",
    "haster|hast ikke|inte", "inte|ikke bråttom|travelt", "keine dringlichkeit",
    "pas d'urgence", "aucune urgence", "rien d'urgent", "nessuna urgenza", "niepilne",
    "not in a rush|hurry", "whenever|when you|someone have|has|got time",
    "when|whenever we|you can", "at your leisure", "keine eile", "eilt nicht", "hat zeit",
    "pas pressé", "rien ne presse",
    "sin prisa", "no corre prisa", "senza fretta", "sem pressa", "geen haast", "nie spieszy się",
)  # fmt: skip
# Those of which the contrary is low.
PRESSING = frozenset({"critical", "high"})
# Before a P and a digit that say where.
PLACES = _words(
    "rack room floor level deck park parking bay zone gate door slot port building block socket "
    "raum etage parkdeck tor gebäude salle étage porte sala planta piso puerta piano porta kamer "
    "verdieping pokój piętro rum etasje"
)
# A P and a digit, as one word: P1, prio2, sev3.
NUMBERED = ("p", "prio", "pri", "priority", "sev", "severity")

# Boards are called by many names; each row is one kind of board.
BOARDS = (
    frozenset({"helpdesk", "servicedesk", "support", "hd", "sd", "firstline", "1stline", "tier1"}),
    frozenset({"networkoperations", "noc", "netops", "network", "networking", "netzwerk", "rso"}),
    frozenset({"securityresponse", "security", "soc", "secops", "sec", "sicherheit", "seguridad",
               "sécurité", "securite", "cybersecurity"}),
    frozenset({"fieldservice", "field", "onsite", "fieldops", "aussendienst", "dispatch"}),
    frozenset({"internalit", "internal", "intern", "interne", "interno"}),
    frozenset({"onboarding", "newhires"}),
    frozenset({"projects", "project", "projekte", "projekt"}),
    frozenset({"procurement", "purchasing", "einkauf"}),
)  # fmt: skip

_NICKNAMES = """
adam: addie
agnieszka: aga
alexander: alex xander sascha sasha
alexandra: alex sandra alexa
andreas: andi andy
andrew: andy drew
anna: ania anja
anthony: tony
antonio: toni
barbara: barb babs basia
benjamin: ben benny
brendan: bren
caroline: caro carol
catherine: cathy kate katie cat
charles: charlie chuck
christian: chris
christina: chris tina
christopher: chris
cornelis: kees
daniel: dan danny
daniela: dani
david: dave
deborah: deb debbie
dolores: lola
dominic: dom nick
edward: ed eddie ted
elizabeth: liz beth lizzie betty lisa
emily: em emmy
emmanuel: manu
eric: rick
evan: ev
florian: flo
francis: frank
francisco: paco pancho chico
frank: frankie
frederick: fred freddy
gabriel: gabe
gabriela: gaby gabi
giuseppe: beppe pino
gregory: greg
harriet: hattie harry
hendrik: henk
henry: harry hank
ignacio: nacho
james: jim jimmy jamie
janet: jan
jennifer: jen jenny
joanna: asia
johanna: hanna
johannes: hannes joe hans jan
john: johnny jack
jonathan: jon johnny
jose: pepe
josef: sepp
joseph: joe joey
joshua: josh
julia: jules
katarzyna: kasia
katharina: kathi
katherine: kate kathy katie
kenneth: ken kenny
krzysztof: krzysiek
lars: lasse
lawrence: larry
leonard: len lenny leo
louise: lou
luigi: gigi
magdalena: magda lena
manuel: manu manny
margaret: maggie meg peggy
maria: mia
martin: marty
matthew: matt
matthias: matze
maximilian: max
małgorzata: gosia
melissa: mel
michael: mike mick micky michi
michelle: shelly
nadia: nadja
natalie: nat
nathan: nate
nicholas: nick nico
nicole: nicky
nils: nisse
olive: ollie liv
oliver: ollie
olivia: liv livvy
pamela: pam
patricia: pat patty trish
patrick: pat paddy
peter: pete
philip: phil
pieter: piet
piotr: piotrek
priya: pri
rafael: rafa raf
raphael: rafa
rebecca: becky
richard: rick rich dick
robert: bob rob robbie bobby
ronald: ron
sam: sammy
samantha: sam sammy
samuel: sam sammy
sebastian: basti seb
siobhan: shiv
stefan: steff
stephanie: steph steffi
stephen: steve
steven: steve
susan: sue suzie
theodore: ted theo
theresa: terry tess
thomas: tom tommy
timothy: tim
tomasz: tomek tomkowi
ulrich: uli
valentina: vale
victoria: vicky
vincent: vince
william: bill will billy liam
wojciech: wojtek
wolfgang: wolfi
zachary: zach
"""
NICKNAMES: dict[str, frozenset[str]] = {
    canonical(name): _words(short)
    for name, _, short in (line.partition(":") for line in _NICKNAMES.strip().splitlines())
}
