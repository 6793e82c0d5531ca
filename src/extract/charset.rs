//! Bytes to text, whatever was declared.
//!
//! What the bytes themselves prove comes first: a byte order mark, the zero pattern of UTF-16 and
//! UTF-32, valid UTF-8. Only then count the `Content-Type` header, the XML declaration or the HTML
//! `meta`, and only as far as the bytes bear them out: a server's default `iso-8859-1` over
//! Cyrillic, or koi8-r declared over windows-1251, is overruled by detection (chardetng). UTF-8
//! with a few broken bytes stays UTF-8 and the bytes are read as the single-byte encoding they
//! most likely are.
//!
//! Total: any bytes give a text. Every departure from the declaration is said in `notes`.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, IBM866, ISO_2022_JP, ISO_8859_5, KOI8_R, KOI8_U,
    SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252, X_MAC_CYRILLIC,
};

/// How far into a body a declaration is looked for.
const PROLOG: usize = 4096;
/// How much is shown to the detector, from the first byte that is not ASCII.
const SAMPLE: usize = 64 * 1024;
/// So few UTF-8 characters may also be an accident of a declared double-byte encoding.
const ACCIDENT: usize = 8;

/// Where inside the body a declaration may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// `<?xml encoding="…"?>`.
    Xml,
    /// `<meta charset>` or, for XHTML, the XML declaration.
    Html,
    /// Nowhere.
    Plain,
    /// Nowhere; JSON is UTF-8 by its standard.
    Json,
}

/// A body as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// Name of the encoding it was read in, as WHATWG writes it (`UTF-8`, `windows-1251`), or `UTF-32LE`/`BE`.
    pub encoding: &'static str,
    /// What was overruled or repaired, one line each.
    pub notes: Vec<String>,
}

/// Decodes `bytes`.
pub fn decode(bytes: &[u8], content_type: Option<&str>, hint: Markup) -> Decoded {
    if let Some((name, text)) = by_shape(bytes) {
        return decoded(text, name, Vec::new());
    }
    let inside = declared_inside(bytes, hint);
    let outside = content_type.and_then(|value| attribute(value, "charset"));
    let mut notes = Vec::new();
    let mut candidates = Vec::new();
    for label in [&outside, &inside].into_iter().flatten() {
        match encoding_for(label) {
            Some(encoding) => candidates.push(encoding),
            None => notes.push(format!("unknown encoding `{}` ignored", short(label))),
        }
    }
    // a header of iso-8859-1 is most often a server's default, not a statement
    if candidates.len() == 2 && candidates[0] == WINDOWS_1252 {
        candidates.swap(0, 1);
    }
    candidates.dedup();
    if let Ok(text) = std::str::from_utf8(bytes) {
        return decode_valid_utf8(bytes, text, &candidates, notes);
    }
    if let Some(text) = mend_utf8(bytes) {
        notes.push("broken UTF-8 sequences were read as single bytes".to_owned());
        return decoded(text, UTF_8.name(), notes);
    }
    let detected = detect(bytes);
    for declared in candidates {
        if declared == UTF_8 || declared == UTF_16BE || declared == UTF_16LE {
            notes.push(format!(
                "declared {}, but the bytes are not",
                declared.name()
            ));
            continue;
        }
        let (text, broken) = declared.decode_without_bom_handling(bytes);
        if !broken && !is_contradicted(declared, detected, bytes, &text) {
            return decoded(text.into_owned(), declared.name(), notes);
        }
        if declared != detected {
            notes.push(format!(
                "declared {}, read as {}",
                declared.name(),
                detected.name()
            ));
        }
    }
    let (text, _) = detected.decode_without_bom_handling(bytes);
    let name = if detected == KOI8_U && !text.contains(|c| "іїєґІЇЄҐ".contains(c)) {
        KOI8_R.name()
    } else {
        detected.name()
    };
    decoded(text.into_owned(), name, notes)
}

/// The encoding that a label means; forgiving: `win-1251`, `cp_1251`, `utf8mb4`.
pub fn encoding_for(label: &str) -> Option<&'static Encoding> {
    let label = label.trim_matches(|c: char| c.is_whitespace() || "\"';,".contains(c));
    // WHATWG reads `unicode` as UTF-16LE; bytes that got here have no zeros
    if !label.eq_ignore_ascii_case("unicode")
        && let Some(encoding) = Encoding::for_label_no_replacement(label.as_bytes())
    {
        return Some(encoding);
    }
    let plain: String = label
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if plain.starts_with("utf8") || plain == "unicode" {
        return Some(UTF_8);
    }
    if let Some(part) = plain.strip_prefix("iso8859") {
        return Encoding::for_label(format!("iso-8859-{part}").as_bytes());
    }
    if plain.starts_with("koi8") {
        return Some(if plain.ends_with('u') { KOI8_U } else { KOI8_R });
    }
    let digits = plain.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    match digits {
        "866" => Some(IBM866),
        "936" => Some(GBK),
        "932" => Some(SHIFT_JIS),
        "949" => Some(EUC_KR),
        "950" => Some(BIG5),
        "65001" => Some(UTF_8),
        "28591" | "819" => Some(WINDOWS_1252),
        _ => Encoding::for_label(format!("windows-{digits}").as_bytes()),
    }
}

fn decoded(mut text: String, encoding: &'static str, notes: Vec<String>) -> Decoded {
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Decoded {
        text,
        encoding,
        notes,
    }
}

/// Encodings that show in the bytes: byte order marks, and the zeros that ASCII markup leaves in
/// wide encodings.
fn by_shape(bytes: &[u8]) -> Option<(&'static str, String)> {
    let wide = |encoding: &'static Encoding| {
        (
            encoding.name(),
            encoding.decode_with_bom_removal(bytes).0.into_owned(),
        )
    };
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => return Some(("UTF-32LE", utf32(bytes, u32::from_le_bytes))),
        [0, 0, 0xfe, 0xff, ..] => return Some(("UTF-32BE", utf32(bytes, u32::from_be_bytes))),
        [0xff, 0xfe, ..] => return Some(wide(UTF_16LE)),
        [0xfe, 0xff, ..] => return Some(wide(UTF_16BE)),
        _ => {}
    }
    // short, for what follows the first markup need not be ASCII
    let head = &bytes[..bytes.len().min(40) & !3];
    let zeros = |at: usize| head.iter().skip(at).step_by(4).filter(|b| **b == 0).count();
    let zeros = [zeros(0), zeros(1), zeros(2), zeros(3)];
    let most = (head.len() / 4 * 3).div_ceil(4).max(1);
    match zeros.map(|n| if n >= most { 2 } else { u8::from(n > 1) }) {
        [2, 2, 2, 0] => Some(("UTF-32BE", utf32(bytes, u32::from_be_bytes))),
        [0, 2, 2, 2] => Some(("UTF-32LE", utf32(bytes, u32::from_le_bytes))),
        [2, 0, 2, 0] => Some(wide(UTF_16BE)),
        [0, 2, 0, 2] => Some(wide(UTF_16LE)),
        _ => None,
    }
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> String {
    let (units, _) = bytes.as_chunks::<4>();
    units
        .iter()
        .map(|bytes| char::from_u32(unit(*bytes)).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn decode_valid_utf8(
    bytes: &[u8],
    text: &str,
    candidates: &[&'static Encoding],
    mut notes: Vec<String>,
) -> Decoded {
    let declared = candidates.first().copied().unwrap_or(UTF_8);
    if text.is_ascii() {
        if bytes.contains(&0x1b) && (declared == ISO_2022_JP || detect(bytes) == ISO_2022_JP) {
            let (text, _) = ISO_2022_JP.decode_without_bom_handling(bytes);
            return decoded(text.into_owned(), ISO_2022_JP.name(), notes);
        }
        let name = if declared.is_ascii_compatible() {
            declared.name()
        } else {
            UTF_8.name()
        };
        return decoded(text.to_owned(), name, notes);
    }
    let double_byte = [BIG5, EUC_JP, EUC_KR, GBK, GB18030, SHIFT_JIS].contains(&declared);
    let marked = bytes.starts_with(b"\xef\xbb\xbf");
    if double_byte
        && !marked
        && text
            .chars()
            .filter(|c| !c.is_ascii())
            .nth(ACCIDENT)
            .is_none()
        && let (text, false) = declared.decode_without_bom_handling(bytes)
    {
        return decoded(text.into_owned(), declared.name(), notes);
    }
    if declared != UTF_8 {
        notes.push(format!("declared {}, read as UTF-8", declared.name()));
    }
    decoded(text.to_owned(), UTF_8.name(), notes)
}

/// The text if the bytes are UTF-8 but for a few places; `None` if they rather are something else.
fn mend_utf8(bytes: &[u8]) -> Option<String> {
    let (mut good, mut bad, mut cyrillic) = (0_usize, 0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars().filter(|c| !c.is_ascii()) {
            good += 1;
            cyrillic += usize::from(matches!(c, 'Ѐ'..='ӿ'));
        }
        bad += usize::from(!chunk.invalid().is_empty());
    }
    let marked = bytes.starts_with(b"\xef\xbb\xbf");
    if !marked && good <= bad * 2 {
        return None;
    }
    let single = if cyrillic * 2 > good {
        WINDOWS_1251
    } else {
        WINDOWS_1252
    };
    let mut text = String::with_capacity(bytes.len());
    let mut seen = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        seen += chunk.valid().len() + chunk.invalid().len();
        // a sequence cut off by the end of the body says nothing
        if seen < bytes.len() || chunk.invalid().len() == 1 {
            text.push_str(&single.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    Some(text)
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let first = bytes
        .iter()
        .position(|b| !b.is_ascii() || *b == 0x1b)
        .unwrap_or(0);
    let sample = &bytes[first.saturating_sub(2)..];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&sample[..sample.len().min(SAMPLE)], sample.len() <= SAMPLE);
    // no top-level domain: it panics on upper case and dots, and the text decides anyway
    detector.guess(None, Utf8Detection::Deny)
}

/// Do the bytes speak against a declared single-byte encoding?
fn is_contradicted(
    declared: &'static Encoding,
    detected: &'static Encoding,
    bytes: &[u8],
    text: &str,
) -> bool {
    let cyrillic = [
        WINDOWS_1251,
        KOI8_R,
        KOI8_U,
        IBM866,
        ISO_8859_5,
        X_MAC_CYRILLIC,
    ];
    if declared == detected || !declared.is_single_byte() {
        return false;
    }
    if declared == WINDOWS_1252 {
        // accents stand alone between ASCII letters; other scripts run
        let high: Vec<bool> = bytes.iter().map(|b| !b.is_ascii()).collect();
        let total = high.iter().filter(|b| **b).count();
        let running = high.windows(2).filter(|pair| pair[0] && pair[1]).count();
        return total >= 6 && running * 5 > total * 3;
    }
    if cyrillic.contains(&declared) && cyrillic.contains(&detected) {
        // KOI8 and windows-1251 read as each other swap the case: `пРИВЕТ`
        let letters: Vec<char> = text.chars().collect();
        let (mut sound, mut swapped) = (0_usize, 0_usize);
        for pair in letters.windows(2).filter(|pair| !pair[1].is_ascii()) {
            match (pair[0].is_lowercase(), pair[0].is_uppercase()) {
                (true, _) if pair[1].is_uppercase() => swapped += 1,
                (_, true) if pair[1].is_lowercase() => sound += 1,
                _ => {}
            }
        }
        return swapped > sound || text.contains(['\u{2550}', '\u{2500}', '\u{2592}']);
    }
    false
}

/// The label that the body itself gives.
fn declared_inside(bytes: &[u8], hint: Markup) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PROLOG)]);
    let from_xml = || {
        let start = head.find("<?xml")?;
        let declaration = &head[start..];
        let end = declaration
            .find("?>")
            .or_else(|| declaration.find('>'))
            .unwrap_or(declaration.len());
        attribute(&declaration[..end], "encoding")
    };
    let from_meta = || {
        let lower = head.to_ascii_lowercase();
        lower.match_indices("<meta").find_map(|(start, _)| {
            let tag = &lower[start..];
            attribute(&tag[..tag.find('>').unwrap_or(tag.len())], "charset")
        })
    };
    match hint {
        Markup::Xml => from_xml(),
        Markup::Html => from_meta().or_else(from_xml),
        Markup::Plain | Markup::Json => None,
    }
}

/// Value of `name=value`, quoted or not, in a header or a tag.
fn attribute(text: &str, name: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let rest = &text[lower.find(name)? + name.len()..];
    let value = rest.trim_start().strip_prefix('=')?.trim_start();
    let value: String = value
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| !c.is_whitespace() && !"\"';>?".contains(*c))
        .collect();
    (!value.is_empty()).then_some(value)
}

fn short(label: &str) -> String {
    label.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RU: &str = "Привет, мир! Новые правила рекламы вступают в силу. Ещё немного текста.";

    fn xml(label: &str, text: &str) -> String {
        format!("<?xml version='1.0' encoding='{label}'?><rss><t>{text}</t></rss>")
    }

    fn bytes(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn the_bytes_overrule_the_declaration() {
        let utf8_as_1251 = decode(xml("windows-1251", RU).as_bytes(), None, Markup::Xml);
        assert_eq!(utf8_as_1251.encoding, "UTF-8");
        assert!(utf8_as_1251.text.contains(RU));
        assert_eq!(
            utf8_as_1251.notes,
            ["declared windows-1251, read as UTF-8".to_owned()]
        );
        for (sent, declared) in [
            (WINDOWS_1251, "utf-8"),
            (WINDOWS_1251, "win-1251"),
            (WINDOWS_1251, "iso-8859-1"),
            (WINDOWS_1251, "koi8-r"),
            (WINDOWS_1251, "nonsense"),
            (KOI8_R, "koi8-r"),
            (KOI8_R, "windows-1251"),
            (KOI8_R, "utf-8"),
            (IBM866, "cp866"),
        ] {
            let read = decode(&bytes(sent, &xml(declared, RU)), None, Markup::Xml);
            assert!(read.text.contains(RU), "{declared}: {read:?}");
            assert_eq!(read.encoding, sent.name(), "{declared}");
        }
    }

    #[test]
    fn header_and_document_are_weighed() {
        let body = bytes(WINDOWS_1251, &xml("windows-1251", "Ёж"));
        for header in [
            "text/xml",
            "text/xml; charset=iso-8859-1",
            "text/xml; charset=\"UTF-8\"",
        ] {
            assert!(
                decode(&body, Some(header), Markup::Xml).text.contains("Ёж"),
                "{header}"
            );
        }
        let bare = bytes(WINDOWS_1251, "Ёж");
        let read = decode(&bare, Some("text/plain; charset=CP1251"), Markup::Plain);
        assert_eq!((read.text.as_str(), read.encoding), ("Ёж", "windows-1251"));
        let page = bytes(
            WINDOWS_1251,
            "<html><meta http-equiv=x content='text/html; charset=win1251'>Ёж",
        );
        assert!(decode(&page, None, Markup::Html).text.ends_with("Ёж"));
        let accents = bytes(
            WINDOWS_1252,
            &xml("iso-8859-1", "déjà vu, naïve café – “quoted”"),
        );
        assert!(
            decode(&accents, None, Markup::Xml)
                .text
                .contains("café – “quoted”")
        );
    }

    #[test]
    fn wide_encodings_show_in_the_bytes() {
        let text = xml("utf-16", RU);
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let le32: Vec<u8> = text
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect();
        let be32: Vec<u8> = text
            .chars()
            .flat_map(|c| u32::from(c).to_be_bytes())
            .collect();
        let marked = |mark: &[u8], body: &[u8]| [mark, body].concat();
        for (name, body) in [
            ("UTF-16LE", le.clone()),
            ("UTF-16LE", marked(&[0xff, 0xfe], &le)),
            ("UTF-16BE", be.clone()),
            ("UTF-16BE", marked(&[0xfe, 0xff], &be)),
            ("UTF-32LE", le32.clone()),
            ("UTF-32LE", marked(&[0xff, 0xfe, 0, 0], &le32)),
            ("UTF-32BE", be32.clone()),
            ("UTF-32BE", marked(&[0, 0, 0xfe, 0xff], &be32)),
            ("UTF-8", text.clone().into_bytes()),
            ("UTF-8", marked(b"\xef\xbb\xbf", text.as_bytes())),
        ] {
            let read = decode(&body, None, Markup::Xml);
            assert_eq!((read.encoding, read.text == text), (name, true));
        }
    }

    #[test]
    fn broken_utf8_stays_utf8() {
        let mut body = xml("utf-8", RU).into_bytes();
        body.extend(b" \x93quoted\x94 ");
        body.extend(&"я".as_bytes()[..1]);
        let read = decode(&body, None, Markup::Xml);
        assert_eq!(read.encoding, "UTF-8");
        assert!(
            read.text.contains(RU) && read.text.contains("“quoted”"),
            "{}",
            read.text
        );
        assert_eq!(read.notes.len(), 1);
    }

    #[test]
    fn labels_are_forgiven() {
        for (label, encoding) in [
            ("win-1251", WINDOWS_1251),
            (" CP_1251;", WINDOWS_1251),
            ("1251", WINDOWS_1251),
            ("utf8mb4", UTF_8),
            ("Unicode", UTF_8),
            ("koi8_r", KOI8_R),
            ("ISO_8859_5", ISO_8859_5),
            ("cp65001", UTF_8),
        ] {
            assert_eq!(encoding_for(label), Some(encoding), "{label}");
        }
        assert_eq!(encoding_for("bogus"), None);
        assert_eq!(encoding_for("utf-7"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_give_a_text(body: Vec<u8>, header in ".{0,40}", html: bool) {
            let markup = if html { Markup::Html } else { Markup::Xml };
            decode(&body, Some(&header), markup);
        }
    }
}
