"""English street types: Publication 28 with its variants, Canada Post's symbols, the rest of NENA's registry."""

from typing import Final

from callpoint.addresses.domains.listing import listed

# Standard word, then how it is abbreviated or misspelt; the first abbreviation is the usual one.
_ABBREVIATED: Final = """
Access Road: accrd
Alley: aly allee ally
Annex: anx anex annx
Arcade: arc
Avenue: ave av aven avenu avn avnue avenus avene
Bayou: byu bayoo
Beach: bch
Bend: bnd
Bluff: blf bluf
Bluffs: blfs
Bottom: btm bot bottm
Boulevard: blvd boul boulv blv bvd boulevd bd
Branch: br brnch
Bridge: brg brdge
Brook: brk
Brooks: brks
Burg: bg
Burgs: bgs
Bypass: byp bypa bypas byps
Camp: cp cmp
Canyon: cyn canyn cnyn
Cape: cpe
Causeway: cswy causwa
Center: ctr cen cent centr cnter cntr
Centers: ctrs
Chase: chs
Circle: cir circ circl crcl crcle
Circles: cirs
Circuit: circt
Cliff: clf
Cliffs: clfs
Club: clb
Common: cmn
Commons: cmns
Concession Road: conc concession
Corner: cor
Corners: cors cnrs
Course: crse
Court: ct crt
Courts: cts
Cove: cv
Coves: cvs
Creek: crk
Crescent: cres crsent crsnt crscnt cresc
Crest: crst
Crossing: xing crssng
Crossroad: xrd
Crossroads: xrds
Cul-de-sac: cds
Curve: curv
Cutoff: cutof
Dale: dl
Dam: dm
Divide: dv div dvd
Diversion: divers
Drive: dr driv drv
Drives: drs
Esplanade: espl
Estate: est
Estates: ests
Expressway: expy exp expr express expw expwy
Extension: ext extn extnsn exten
Extensions: exts
Falls: fls
Ferry: fry frry
Field: fld
Fields: flds
Flat: flt
Flats: flts
Ford: frd
Fords: frds
Forest: frst forests
Forge: frg forg
Forges: frgs
Fork: frk
Forks: frks
Fort: ft frt
Freeway: fwy freewy frway frwy
Garden: gdn gardn grden grdn
Gardens: gdns grdns
Gateway: gtwy gatewy gatway gtway
Glen: gln
Glens: glns
Green: grn
Greens: grns
Grove: grv grov
Groves: grvs
Harbor: hbr harb harbr hrbor
Harbors: hbrs
Harbour: harbour
Haven: hvn
Heights: hts ht hgts
Highlands: hghlds
Highway: hwy highwy hiway hiwy hway hgwy hywy hghwy
Hill: hl
Hills: hls
Hollow: holw hllw hollows holws
Inlet: inlt
Island: is islnd
Islands: iss islnds
Isle: isle
Isles: isles
Junction: jct jction jctn junctn juncton
Junctions: jcts jctns
Key: ky
Keys: kys
Knoll: knl knol
Knolls: knls
Lake: lk
Lakes: lks
Landing: lndg lndng landng
Lane: ln lanes la
Light: lgt
Lights: lgts
Loaf: lf
Lock: lck
Locks: lcks
Lodge: ldg ldge lodg
Lookout: lkout
Loop: loops lp
Manor: mnr
Manors: mnrs
Meadow: mdw
Meadows: mdws medows
Mill: ml
Mills: mls
Mission: msn missn mssn
Motorway: mtwy
Mount: mt mnt
Mountain: mtn mntain mntn mountin mtin
Mountains: mtns mntns
Neck: nck
Orchard: orch orchrd
Oval: ovl
Overpass: opas
Parkway: pkwy pky parkwy pkway prkwy
Parkways: pkwys
Park: prk
Passage: psge
Path: paths
Pathway: ptway
Pike: pikes
Pine: pne
Pines: pnes
Place: pl plc
Plain: pln
Plains: plns
Plateau: plat
Plaza: plz plza
Point: pt
Points: pts
Port: prt
Ports: prts
Prairie: pr prr
Promenade: prom
Private: pvt
Radial: radl rad radiel
Ranch: rnch ranches rnchs
Range: rg
Rapid: rpd
Rapids: rpds
Rest: rst
Ridge: rdg rdge
Ridges: rdgs
River: riv rvr rivr
Road: rd
Roads: rds
Route: rte rt
Shoal: shl
Shoals: shls
Shore: shr shoar
Shores: shrs shoars
Sideroad: siderd sdrd
Skyway: skwy
Spring: spg spng sprng
Springs: spgs spngs sprngs
Square: sq sqr sqre squ
Squares: sqs sqrs
Station: sta statn stn
Stravenue: stra strav straven stravn strvn strvnue
Stream: strm streme
Street: st str strt stree strret sreet
Streets: sts
Subdivision: subdiv
Summit: smt sumit sumitt
Terrace: ter terr
Throughway: trwy
Thruway: thruwy
Townline: tline
Trace: trce traces
Track: trak trk trks tracks
Trafficway: trfy
Trail: trl tr trails trls
Trailer: trlr
Tunnel: tunl tunel tunls tunnels tunnl
Turnabout: trnabt
Turnpike: tpke trnpk turnpk tpk
Underpass: upas
Union: un
Unions: uns
Valley: vly vally vlly
Valleys: vlys
Viaduct: vdct viadct
View: vw
Views: vws
Village: vlg vill villag villg villiage villge
Villages: vlgs
Ville: vl
Vista: vis vist vst vsta
Walk: wlk
Walks: wlks
Way: wy
Well: wl
Wells: wls
Woods: wds
"""
_UNABBREVIATED: Final = """
Abbey Access Acres Airport Alcove Approach Arc Arch Autoroute Bank Bay Bayway Boardwalk Campus Cartway Centre
Centres Channel Circus Close Cluster Concourse Connector Corridor Corso Cross Crossings Crossover Crossroads
Crossway Cutting Dell Dock Down Downs Draw Drift Driveway Dugway Edge End Entrance Entry Exchange Exit Fall
Farm Farms Flowage Flyway Front Gables Garth Gate Gates Glade Gorge Grade Greenway Grounds Heath Hideaway
Horseshoe Interval Keep Land Lateral Ledge Limits Line Link Mall Market Maze Mews Moor Narrows Nook Oaks
Overlook Parade Parke Parks Pass Piazza Pointe Private Promenade Quarter Quay Ramp Reach Retreat Rise Round
Row Rue Run Runway Slip Spur Spurs Strand Strip Taxiway Terminal Thicket Towers Triangle Truckway Turn Vale
Villa Villas Wall Ways Wharf Wood Wye Wynd
"""


def _words() -> dict[str, str]:
    words = {word.lower(): word for word in _UNABBREVIATED.split()}
    for line in _ABBREVIATED.strip().splitlines():
        word, _, variants = line.partition(": ")
        words[word.lower().replace("-", " ")] = word
        words.update(dict.fromkeys(variants.split(), word))
    return words


# Folded word or abbreviation -> standard word ("st" -> "Street"). Some are ordinary words as well ("lake", "hill").
STREET_TYPES: Final = _words()
# Types that stand before the name where they stand at all: "Calle Sol", "Via de Ventura" (Puerto Rico, the Southwest).
SPANISH_TYPES: Final = {
    **{
        word.lower(): word
        for word in listed("Avenida Calle Callejon Camino Caminito Carretera Corte Paseo Placita Via")
    },
    "ave": "Avenida",
    "avda": "Avenida",
    "cll": "Calle",
    "cam": "Camino",
    "carr": "Carretera",
    "pso": "Paseo",
}
# Types found before the name in English too: "Avenue B", "Avenue of the Americas", "Place Ville Marie".
LEADING_TYPES: Final = frozenset(
    {"Avenue", "Boulevard", "Crescent", "Place", "Square", "Route", "Highway", "Road", "Terrace", "Rue"}
)
# Towns' names often open with these, so they do not end a street: "Deer Run | Fort Mill".
TOWN_OPENERS: Final = frozenset(
    listed(
        "fort ft mount mt lake lk glen gln port prt spring springs union forest falls grove mill mills center key",
        "river island rapid cape camp valley view village villa pine pines hill oak ville well mountain la ford est",
        "ter",
    )
)
# Words no street name ends in but by being a street type; the others are names as often ("Lake", "Hill", "Park").
PLAIN_TYPES: Final = frozenset(
    listed(
        "Alley Avenue Boulevard Circle Court Crescent Drive Expressway Freeway Highway Lane Parkway Place Road Square ",
        "Street Terrace Trail Turnpike Way",
    )
)
