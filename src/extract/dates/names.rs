//! Names of months and zones.

use jiff::tz::Offset;

/// Beginnings of month names, lower case, for each month: English, Russian, Ukrainian, Belarusian,
/// Bulgarian, Kazakh, German, Dutch, French, Spanish, Portuguese, Italian, Polish, Czech, Romanian,
/// Turkish, Hungarian, Greek, Scandinavian. `juin` and `juil` need four letters, so no prefix of
/// another month's name is listed.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan", "янв", "січ", "сту", "яну", "қаң", "ene", "gen", "sty", "led", "ian", "oca", "jän",
        "ιαν",
    ],
    &[
        "feb", "фев", "лют", "ақп", "fév", "fev", "febr", "lut", "úno", "şub", "φεβ",
    ],
    &[
        "mar", "мар", "бер", "сак", "нау", "mär", "maa", "mrt", "mrz", "bře", "márc", "μαρ", "μάρ",
    ],
    &[
        "apr", "апр", "кві", "кра", "сәу", "avr", "abr", "kwi", "dub", "nis", "ápr", "απρ",
    ],
    &[
        "may", "май", "мая", "тра", "мам", "mai", "mei", "mag", "maj", "kvě", "máj", "μαϊ", "μάι",
        "μαι",
    ],
    &[
        "jun", "июн", "чер", "чэр", "юни", "мау", "juin", "giu", "cze", "červen", "čvn", "iun",
        "haz", "jún", "ιουν", "ιούν",
    ],
    &[
        "jul",
        "июл",
        "лип",
        "ліп",
        "юли",
        "шіл",
        "juil",
        "lug",
        "lip",
        "červenec",
        "čvc",
        "iul",
        "tem",
        "júl",
        "ιουλ",
        "ιούλ",
    ],
    &[
        "aug", "авг", "сер", "жні", "там", "aoû", "aou", "ago", "sie", "srp", "ağu", "αυγ", "αύγ",
    ],
    &[
        "sep", "сен", "вер", "сеп", "қыр", "set", "wrz", "zář", "eyl", "szept", "σεπ",
    ],
    &[
        "oct", "окт", "жов", "кас", "қаз", "okt", "out", "ott", "paź", "říj", "eki", "οκτ",
    ],
    &[
        "nov", "ноя", "лис", "ліс", "ное", "қар", "lis", "noi", "kas", "νοε", "νοέ",
    ],
    &[
        "dec", "дек", "гру", "сне", "жел", "déc", "dez", "dic", "gru", "pro", "ara", "δεκ",
    ],
];

/// Minutes east of UTC by abbreviation. Where several zones share one, the one most feeds mean.
const ZONES: &[(&str, i32)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("мск", 180),
    ("msk", 180),
    ("msd", 240),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("kalt", 120),
    ("eest", 180),
    ("trt", 180),
    ("samt", 240),
    ("gst", 240),
    ("yekt", 300),
    ("екб", 300),
    ("pkt", 300),
    ("uzt", 300),
    ("ist", 330),
    ("npt", 345),
    ("omst", 360),
    ("almt", 300),
    ("novt", 420),
    ("krat", 420),
    ("wib", 420),
    ("ict", 420),
    ("irkt", 480),
    ("hkt", 480),
    ("sgt", 480),
    ("awst", 480),
    ("pht", 480),
    ("yakt", 540),
    ("jst", 540),
    ("kst", 540),
    ("vlat", 600),
    ("aest", 600),
    ("acst", 570),
    ("acdt", 630),
    ("aedt", 660),
    ("magt", 660),
    ("sakt", 660),
    ("pett", 720),
    ("nzst", 720),
    ("nzdt", 780),
    ("nst", -210),
    ("ndt", -150),
    ("brt", -180),
    ("art", -180),
    ("ast", -240),
    ("adt", -180),
    ("est", -300),
    ("et", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pt", -480),
    ("pdt", -420),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
];

/// The month, 1–12, that a lower-case word names or begins to name.
pub(crate) fn month(word: &str) -> Option<u32> {
    if word.chars().count() < 3 {
        return None;
    }
    // the longest beginning decides: `červenec` is not `červen`
    let longest = MONTHS
        .iter()
        .zip(1_u32..)
        .filter_map(|(names, month)| {
            let fitting = names.iter().filter(|name| word.starts_with(**name));
            Some((fitting.map(|name| name.len()).max()?, month))
        })
        .max();
    longest.map(|(_, month)| month)
}

/// The offset that a lower-case abbreviation means.
pub(super) fn zone(word: &str) -> Option<Offset> {
    let (_, minutes) = ZONES.iter().find(|(name, _)| *name == word)?;
    Offset::from_seconds(minutes * 60).ok()
}
