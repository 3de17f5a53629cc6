"""Names that are surely names: cities, countries, given names and titles. Tables only, all but titles folded as `fold` does.

What is also a word of its own is left out, such as Nice, Essen, Reading, Jan or Max; family names that are stand apart.
"""

from __future__ import annotations

__all__ = ["ALSO_WORDS", "CITIES", "COUNTRIES", "GIVEN_NAMES", "TITLES"]

TITLES = frozenset(
    "Mr Mrs Ms Dr Professor Herr Herrn Frau Madame Mme Monsieur Mevrouw Meneer Señor Señora Senhor Senhora".split()  # noqa: SIM905 - a list to read
)
"""What stands before a family name, as written."""


def _by_spelling(groups: str) -> dict[str, str]:
    """Give the first spelling of each group by all of its spellings; a dash stands for the blank of "New York"."""
    found = [group.split() for group in groups.split("/")]
    return {spelling: group[0] for group in found for spelling in group}


CITIES = _by_spelling("""
aachen / aalborg alborg / aarhus arhus / aberdeen / accra / amsterdam / ankara / antwerp antwerpen anvers / arnhem / athens
athen / atlanta / auckland / augsburg / aveiro / bangkok / barcelona barcelone barcellona / basel basle basilea / beijing
peking pekin / belfast / belgrade belgrad beograd / bengaluru bangalore / bergamo / berlin / bern berne berna / bielefeld /
bilbao / birmingham / bochum / bogota / bologna / bonn / bordeaux / boston / braga / bratislava / braunschweig / breda /
bremen breme / bremerhaven / brisbane / bristol / brno bruenn / bruges brugge / brussels bruessel bruxelles brussel bruselas /
bucharest bukarest bucuresti / budapest / busan / cairo kairo / calgary / cape-town kapstadt / cardiff / chemnitz / chennai /
chicago / christchurch / cleveland / cluj / coimbatore / coimbra / copenhagen kopenhagen koebenhavn kobenhavn copenhague /
dallas / darmstadt / delhi / denver / detroit / dijon / doha / dortmund / dresden dresde drezno / dubai / dublin / duesseldorf
/ duisburg / dundee / durban / edinburgh / eindhoven / erfurt / esbjerg / frankfurt francfort / freiburg / galway / gdansk
danzig / gdynia / genf geneva geneve ginevra / genoa genova / ghent gent gand / glasgow / goeteborg gothenburg goteborg / graz
/ grenoble / groningen / guadalajara / guangzhou / hague den-haag / hamburg hambourg amburgo / hannover hanover / heidelberg /
helsinki helsingfors / hong-kong / houston / hyderabad / ingolstadt / innsbruck / istanbul / izmir / jakarta / johannesburg /
karlsruhe / kassel / katowice / kiel / klagenfurt / koeln cologne keulen / kolkata / konstanz / krakow cracow krakau cracovie
/ kyiv kiew kiev / lagos / las-vegas / lausanne / leeds / leicester / leipzig lipsk / leuven louvain / limerick / linkoeping
linkoping / linz / lisbon lisboa lissabon lisbonne lizbona / liverpool / ljubljana / lodz / london londres londen londra
londyn / los-angeles / luebeck / lugano / lulea / luzern lucerne / lyon lyons lione / maastricht / madrid madryt / magdeburg /
mainz / malaga / malmoe malmo / manchester / mannheim / marseille marseilles marsiglia / melbourne / miami / milan milano
mailand / minneapolis / mombasa / monterrey / montevideo / montpellier / montreal / moscow moskau moscou / muenchen munich /
muenster / mumbai / nagoya / nairobi / nantes / naples napoli neapel / nashville / new-york / nijmegen / nottingham /
nuernberg nuremberg norimberga / odense / oldenburg / omaha / osaka / oslo / osnabrueck / ostrava / ottawa / oulu / paderborn
/ palermo / paris parigi / passau / philadelphia / pilsen plzen / pittsburgh / potsdam / poznan posen / prague praha prag
praga / pretoria / pune / recife / regensburg / rennes / reykjavik / riga / rome roma / rostock / rotterdam / rouen /
saarbruecken / salzburg / san-francisco / sao-paulo / seattle / seoul / sevilla seville / shanghai / sheffield / shenzhen /
singapore singapur singapour / southampton / stavanger / stockholm sztokholm / strasbourg strassburg straatsburg / stuttgart /
swansea / szczecin stettin / taipei / tallinn / tampa / tampere / tel-aviv / thessaloniki / tilburg / timisoara / tokyo tokio
/ toronto / toulouse / trieste / trondheim / turin torino / turku / ulm / umea / uppsala / utrecht / valencia / vancouver /
venice venezia venedig / venlo / verona / vilnius / warsaw warszawa warschau varsovie / wien vienna vienne wenen wieden /
winterthur / wolfsburg / wroclaw breslau / wuerzburg / wuppertal / zagreb / zaragoza / zuerich zurich zurigo / zwolle
""")
COUNTRIES = _by_spelling("""
australia australien australie / austria oesterreich autriche oostenrijk / belgium belgien belgie belgique belgia belgica /
brazil brasilien brasil bresil / bulgaria bulgarien / canada kanada / croatia kroatien hrvatska / czechia tschechien cesko /
denmark daenemark danmark danemark denemarken / england / estonia estland / finland finnland suomi finlande / france
frankreich frankrijk francia francja / germany deutschland allemagne duitsland germania alemania / greece griechenland grece /
hungary ungarn hongrie / india indien inde / ireland irland irlande ierland / italy italien italia italie / japan japon /
latvia lettland / lithuania litauen / mexico mexiko mexique / netherlands niederlande nederland holland / norway norwegen
norge norvege noorwegen / poland polen polska pologne / portugal / romania rumaenien roumanie / scotland schottland / slovakia
slowakei / slovenia slowenien / spain spanien espana espagne spanje hiszpania / sweden schweden sverige suede zweden /
switzerland schweiz suisse svizzera zwitserland / ukraine / wales
""")
GIVEN_NAMES = frozenset(
    """
abdul achim ada adam adrian agnes agnieszka ahmed aisha akira alan albert alejandro alessandro alex alexander alexandra ali
alice alicja amelia amit amy anders andre andrea andreas andrei andrew andrzej angela anil anja anjali anke ann anna anne
annika antje antoine anton antonio aoife arjun arne arthur axel ayse barbara beata beatrice ben benjamin bernd bernhard
bettina birgit bjoern brian britta bruno carla carlos carmen caroline catherine charles chiara christian christina christine
christoph christopher ciaran clara claudia claudio colin craig cristina daniel daniela david deborah declan deepa dennis
detlef diana diego dieter dirk dominik dorota edith eduardo edward elena elif elisa elisabeth elizabeth ella ellen elsa emil
emily emma emre enrico eoin eric erik erika ernst eszter eva ewa fabian fatima federico felix fernando filip florian francesca
francesco francois frank franz franziska frauke frederik friedrich gabor gabriele gareth gary georg george gerd gerhard
giovanni giulia giuseppe graham greg greta guido gunnar gustav hakan hana hannah hans harald heidi heike heiko heinrich heinz
helen helena helga helmut hendrik henning henrik henry herbert hiroshi holger horst hugo ibrahim ida igor ines inge ingrid
irene isabel istvan ivan jacek jack jacob jakob jakub james jana jane janet janine jason javier jean jens jeremy jerome
jessica jiri jitka joachim joanna joao jochen johan johann johanna johannes john jonas jonathan jorge josef joseph juan judith
juergen juha julia julian juliane karen karin karina karl karolina katalin katarzyna katharina kathrin katja kavita keith
kenji kenneth kerstin kevin kiran kirsten kirsti klara klaus konrad kristina kurt lakshmi lara lars laszlo laura lena leon
leonie liam linda lisa lorenzo louise luca lucas lucie luis luisa lukas luke magdalena magnus malcolm malgorzata manfred
manuel manuela marc marcel marcin marco marcus marek maria marie mario markus marlene marta martha martin martina mary mateusz
mats matteo matthew matthias matti maximilian meera mehmet melanie michael michaela michal michel miguel mihai mikko mohamed
mohammed monica monika morten murat mustafa nadia nadine natalia natalie naveen neha niamh nicolas nicole niels niklas nils
nina nora norbert olaf ole olga oliver olivia ondrej oscar pablo padraig paolo pascal patricia patrick paul paula pavel pedro
pekka peter petr petra philip philipp pierre piotr pooja priya rachel rafael rahul rainer raj rajesh ralf ralph ramesh raul
ravi rebecca reinhard renate richard rita robert roberto roger roland rolf ronald rudolf ruth ryan sabine salvatore samantha
samuel sandeep sandra sanjay sanna sara sarah scott sean sebastian sergio silke silvia simon simone siobhan sonja sophie
stefan stefanie stephan stephanie stephen steve steven sunita suresh susan susanne sven sylvia tadeusz tamara tanja tatiana
tereza teresa theresa thomas tim timothy tina tobias tom tomas tomasz tony torsten ulrich ulrike ursula ute uwe vaclav vanessa
vera verena veronika vijay viktor vikram vincent walter werner wilhelm william wolfgang yuki yusuf yvonne zdenek zofia zoltan
""".split()  # noqa: SIM905 - a list to read
)
ALSO_WORDS = frozenset(
    """
baker banks bell best black bond booth bridge bridges brook brooks brown bush camp carpenter case chance church close cook
cross day dean driver english farmer field fields fish flowers forest frost gates glass gold good grant gray green grey hall
hand head hill holiday hope house hunt hunter judge key king knight lake land lane law light little lock long love major marsh
mason may mills minor moon noble north page park parks penny pool porter post pound power powers price read reed rice rich
ring rivers rose rush sharp shepherd shore short silver singer small smart snow spring steel sterling stock stone storm street
strong summer sweet swift temple tower towers train wall walls ward waters weaver wells west white wild winter wise wood woods
workman young
baum berg brand braun feld gaertner gross gruen haus herbst holz just keller kern klein koch kurz lang maler maurer meister neu
richter schlosser schwarz sommer stahl stein stern sturm wald weiss zoll
blanc brun fontaine grand hiver marchand moulin noir petit pont
blanco bravo calle campos casa costa flores fuentes iglesias ponte rua torres
bos brug bruin dijk groot haven jong kok kort steen veld wit zomer zwart
""".split()  # noqa: SIM905 - a list to read
)
"""Family names that are words of their own in what a tracker holds; their capital may be that of a heading or a noun."""
