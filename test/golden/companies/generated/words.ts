// The words of the generated bookseller's titles, people, places and subjects.
const list = (text: string) => text.trim().replace(/\s+/g, ' ').split(', ')

export const firstNames = list(`
  Ada, Bernard, Clarice, Dilys, Edmund, Farida, Gwen, Hector, Imogen, Jonas, Keziah, Lorcan, Maeve, Nikolai, Orla, Prosper,
  Quentin, Rosalind, Silas, Tamsin, Ursula, Vikram, Winifred, Yusuf, Zora, Anselm, Beatrix, Cormac, Delphine, Ezra, Flora, Gideon,
  Hester, Isidore, Judith, Kwame, Linnea, Magnus, Nesta, Oswin, Petra, Rafael, Sunniva, Thaddeus, Una, Verity, Wilfred, Xanthe
`)

export const lastNames = list(`
  Abernathy, Blackwood, Calloway, Dunmore, Eastlake, Farrant, Gathercole, Holloway, Ironside, Jessop, Kettering, Lacey,
  Marchbanks, Nettleship, Ormerod, Penhaligon, Quarrie, Ravensdale, Saltmarsh, Tregenna, Underhill, Vasey, Whitlock, Yarrow,
  Adeyemi, Bjornsen, Castellan, Desrosiers, Engstrom, Fonseca, Gupta, Hartigan, Ibarra, Jankowski, Kobayashi, Lindqvist, Mbeki,
  Nakagawa, Oyelaran, Petrov, Quispe, Rasmussen, Szabo, Tanaka, Ueland, Voss, Wojcik, Yilmaz, Zielinski, Bray, Coombe, Draycott,
  Fell, Garside, Hawes, Inman
`)

export const places = list(`
  Aldeburgh, the Hebrides, Trieste, Lisbon, the Fens, Galway, Bergen, the Carpathians, Valparaíso, Whitby, Zanzibar, Marseille,
  the Pennines, Tbilisi, Odessa, Kyoto, Buenos Aires, the Camargue, Leith, Salonika, Gdańsk, Cork, Naples, Shetland, the Black
  Forest, Isfahan, Montreal, the Ardennes, Hull, Porto, Patagonia, the Orkneys, Antwerp, Samarkand, Dresden, Ghent, the Dolomites,
  Halifax, Riga, Cádiz
`)

export const adjectives = list(`
  Borrowed, Silent, Crooked, Amber, Salted, Wandering, Hollow, Patient, Winter, Copper, Unquiet, Second, Drowned, Paper,
  Reluctant, Northern, Glass, Forgotten, Early, Scarlet, Slow, Brass, Hidden, Bitter, Gentle, Broken, Velvet, Stubborn, Narrow,
  Late, Feathered, Iron, Distant, Ordinary, Smoky, Twisted, Honest, Dusty, Singing, Tidal
`)

export const nouns = list(`
  Orchard, Ferry, Clock, Harbour, Lantern, Widow, Bridge, Ledger, Garden, Compass, Mirror, Kiln, Sparrow, Causeway, Almanac,
  Chapel, Furnace, Cartographer, Beekeeper, Saddle, Cellar, Telegraph, Anchor, Meadow, Stairwell, Quarry, Weaver, Piano,
  Kingfisher, Railway, Letter, Museum, Tailor, Well, Parcel, Violin, Locksmith, Glacier, Pilgrim, Threshold, Apothecary, Mill,
  Heron, Passport, Loom, Attic, Island, Suitcase, Gardener, Bell, Whale, Umbrella, Shepherd, Staircase, Spire, Oven, Tunnel,
  Portrait, Estuary, Window
`)

export const histories = list(`
  Salt, Umbrellas, the Penny Post, Wool, Fog Signals, Street Lamps, Chess, Ink, Canals, Sugar, Winter Wheat, Tea Smuggling,
  Wallpaper, Lace, Herring, Pencils, Clockmaking, Bell Founding, Ice Houses, Saffron, Glassblowing, Tramways, Peat, Buttons,
  Quarantine
`)

export const crafts = list(`
  Bookbinding, Sourdough, Spoon Carving, Dry Stone Walling, Beekeeping, Darning, Hedge Laying, Basket Weaving, Preserving,
  Letterpress, Knitting, Cheesemaking, Bread Ovens, Rope Work, Pottery, Mending, Cider, Foraging, Smoking Fish, Natural Dyes
`)

export const creatures = list(`
  Otters, Swifts, Moths, Newts, Barn Owls, Eels, Hares, Bats, Rooks, Seals, Dragonflies, Adders, Lichens, Bumblebees, Puffins,
  Badgers, Ferns, Kestrels, Salmon, Wagtails
`)

export const troubles = list(`
  a forged will, an unpaid debt of three generations, a ship that never docked, a feud over a hedge, a wedding nobody wanted, two
  sisters who no longer speak, a missing violin, a letter delivered forty years late, a flooded printing house, a boy who counts
  trains, a botanist with no sense of smell, a strike at the rope works, a village that votes itself out of existence, an
  inherited lighthouse, a priest who sells clocks, a map with one street too many, a fire in the grain store, a choir without a
  conductor, the last night ferry, a doctor who faints at blood, a stolen recipe, a bankrupt circus, a borrowed name, an
  exhibition that has to close
`)

export const prizes = list(`
  Tollund Prize, Marlow Medal, Silver Inkwell, Northbank Award, Gannet Prize, Reading Room Prize, Harrow Book Award
`)
export const publishers = list(`
  Kestrel & Low, Tideline, Pennywhistle Press, Grange Road, Octavo House, Marram, Little Fathom, Second Quarto
`)
export const languages = list(`
  Norwegian, Portuguese, Georgian, Hungarian, Catalan, Polish, Japanese, Turkish, Welsh, Greek, Finnish, Czech
`)
export const flaws = list(`
  a faded spine, a name inked on the flyleaf, foxing on the first leaves, a bumped corner, a jacket with a small tear, a tea stain
  on page 40, pencil notes in the margins, a cracked hinge, a library stamp, a missing half-title
`)
export const crops = list(`
  gooseberries, mackerel, beetroot, quinces, rye flour, chestnuts, barley, smoked eel, leeks, damsons, hazelnuts, broad beans
`)
