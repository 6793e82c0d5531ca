//! Ids and owners made from titles and hosts.

use url::Url;

/// Longest slug, in bytes: ids may be longer, but are typed by people.
const LONGEST: usize = 48;

/// Russian, Ukrainian and Belarusian letters in Latin ones, as passports have them, roughly.
const CYRILLIC: &[(char, &str)] = &[
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ё', "e"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('й', "y"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "kh"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "shch"),
    ('ъ', ""),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "yu"),
    ('я', "ya"),
    ('і', "i"),
    ('ї', "yi"),
    ('є', "ye"),
    ('ґ', "g"),
    ('ў', "u"),
];
/// Labels under which others register, so that the owner's name is the one before.
const SECOND_LEVEL: &[&str] = &[
    "co", "com", "org", "net", "gov", "ac", "edu", "in", "or", "ne", "msk", "spb",
];
/// Parts of a host that say what it serves, not whose it is.
const SERVICES: &[&str] = &[
    "www",
    "blog",
    "blogs",
    "news",
    "newsroom",
    "status",
    "help",
    "support",
    "docs",
    "developers",
    "developer",
    "dev",
    "feeds",
    "feed",
    "rss",
    "m",
    "about",
    "press",
    "media",
    "business",
    "ads",
    "api",
];

/// A text as lower-case Latin words joined by `-`: `Новости рынка` gives `novosti-rynka`. Empty if
/// nothing of it can be written so.
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        let latin = CYRILLIC.iter().find(|(letter, _)| *letter == c);
        let mut push = |part: &str| {
            if gap && !out.is_empty() {
                out.push('-');
            }
            gap = false;
            out.push_str(part);
        };
        match (latin, fold(c)) {
            (Some((_, latin)), _) => push(latin),
            (None, Some(letter)) => push(letter.encode_utf8(&mut [0; 4])),
            (None, None) if matches!(c, '\'' | '’' | '\u{300}'..='\u{36f}') => {}
            (None, None) => gap = true,
        }
        if out.len() > LONGEST {
            break;
        }
    }
    if out.len() > LONGEST {
        out.truncate(LONGEST);
        // a word cut in two says less than one word less
        if let Some(end) = out.rfind('-').filter(|end| *end > LONGEST / 2) {
            out.truncate(end);
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// A letter without its accents, if that is one of ASCII.
fn fold(c: char) -> Option<char> {
    use unicode_normalization::UnicodeNormalization as _;
    let base = std::iter::once(c).nfkd().next()?;
    base.is_ascii_alphanumeric()
        .then(|| base.to_ascii_lowercase())
}

/// Whose a host is: `blog.acme.co.uk` gives `acme`.
pub fn owner_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    if matches!(url.host(), Some(url::Host::Ipv4(_) | url::Host::Ipv6(_))) {
        return slug(host);
    }
    let mut labels: Vec<&str> = host.split('.').filter(|label| !label.is_empty()).collect();
    if labels.len() > 1 {
        labels.pop();
    }
    if labels.len() > 1
        && labels
            .last()
            .is_some_and(|last| SECOND_LEVEL.contains(last))
    {
        labels.pop();
    }
    let last = labels.last().copied().unwrap_or(host);
    // `blog.google`, `about.meta`: the top level itself is the owner's
    let owner = match host.rsplit('.').next() {
        Some(top) if labels.len() == 1 && SERVICES.contains(&last) && top.len() > 3 => top,
        _ => last,
    };
    slug(owner)
}

/// A stem for an id, from an address: owner, then the last telling part of the path.
pub fn stem_of(url: &Url) -> String {
    let owner = owner_of(url);
    let host = url.host_str().unwrap_or_default();
    let service = host
        .split('.')
        .next()
        .filter(|first| *first != "www" && *first != "m" && SERVICES.contains(first));
    let dull = |part: &&str| {
        let bare = part.split('.').next().unwrap_or(part).to_ascii_lowercase();
        matches!(
            bare.as_str(),
            "" | "feed"
                | "feeds"
                | "rss"
                | "rss2"
                | "atom"
                | "index"
                | "en"
                | "ru"
                | "en-us"
                | "all"
                | "default"
        )
    };
    let parts: Vec<&str> = url.path_segments().into_iter().flatten().collect();
    let telling = parts.iter().rev().copied().find(|part| !dull(part));
    let telling = telling.map(|part| slug(part.rsplit_once('.').map_or(part, |(name, _)| name)));
    let parts = [Some(owner), service.map(str::to_owned), telling];
    let mut stem = String::new();
    for part in parts.into_iter().flatten().filter(|part| !part.is_empty()) {
        if stem.split('-').any(|known| known == part) {
            continue;
        }
        if !stem.is_empty() {
            stem.push('-');
        }
        stem.push_str(&part);
    }
    slug(&stem)
}

/// The language that a text is surely in, of those that sources are often in; `None` when in doubt.
pub fn language_of(text: &str) -> Option<&'static str> {
    use whatlang::Lang;
    const KNOWN: &[(Lang, &str)] = &[
        (Lang::Eng, "en"),
        (Lang::Rus, "ru"),
        (Lang::Ukr, "uk"),
        (Lang::Deu, "de"),
        (Lang::Fra, "fr"),
        (Lang::Spa, "es"),
        (Lang::Por, "pt"),
        (Lang::Ita, "it"),
        (Lang::Pol, "pl"),
        (Lang::Tur, "tr"),
        (Lang::Jpn, "ja"),
        (Lang::Cmn, "zh"),
        (Lang::Kor, "ko"),
    ];
    let text = &text[..text.floor_char_boundary(4_000)];
    if text.chars().filter(|c| c.is_alphabetic()).take(40).count() < 40 {
        return None;
    }
    let allowed = KNOWN.iter().map(|(lang, _)| *lang).collect();
    let found = whatlang::Detector::with_allowlist(allowed).detect(text)?;
    let known = KNOWN.iter().find(|(lang, _)| *lang == found.lang());
    known.filter(|_| found.is_reliable()).map(|(_, code)| *code)
}
