//! Laws of widths: nothing is wider than the page, nothing is lost.

use proptest::prelude::*;

use super::*;
use crate::cli::output::STRONG;

/// What can be read of some lines.
fn read(lines: &[String]) -> String {
    let plain = anstream::adapter::strip_str(&lines.join("\n")).to_string();
    let mut signs: Vec<char> = plain.chars().filter(|c| !c.is_whitespace()).collect();
    signs.sort_unstable();
    signs.into_iter().collect()
}

fn cell() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-z]{1,12}",
        "[а-я]{1,30}",
        "[漢字かな、。]{1,20}",
        "(e\u{301}|ё|n\u{303}){1,9}",
        "(👍🏽|👩‍💻|🇷🇺){1,4}",
        "https://[a-z]{5,90}",
    ];
    let words = prop::collection::vec((word, any::<bool>()), 0..9);
    words.prop_map(|words| {
        let styled = words.into_iter().map(|(word, bold)| {
            if bold {
                format!("{STRONG}{word}{STRONG:#}")
            } else {
                word
            }
        });
        styled.collect::<Vec<_>>().join(" ")
    })
}

proptest! {
    #[test]
    fn a_table_of_anything_fits_any_page_and_keeps_every_sign(
        rows in prop::collection::vec(prop::collection::vec(cell(), 8), 0..5),
        columns in 1..8usize,
        width in 20..220usize,
    ) {
        let heads = ["id", "stage", "score", "first seen", "", "items/h × acceleration", "тренд", "漢字"];
        let mut table = Table::new(&heads[..columns]);
        let mut given: Vec<String> = heads[..columns].iter().map(|head| (*head).to_owned()).collect();
        for row in &rows {
            let cells = row[..columns].to_vec();
            given.extend(cells.clone());
            table.add_row(cells);
        }
        let lines = table.lines_in(width);
        for line in lines.iter().flat_map(|line| line.split('\n')) {
            prop_assert!(display_width(line) <= width, "{} > {width}: {line}", display_width(line));
        }
        prop_assert_eq!(read(&lines), read(&given));
    }

    #[test]
    fn a_paragraph_fits_and_its_words_stay_whole(text in cell(), width in 30..100usize) {
        prop_assume!(text.contains(' ') || !text.contains("://"));
        let told = paragraph("evidence", &text, 12, Some(width));
        for line in told.lines() {
            prop_assert!(display_width(line) <= width);
        }
        prop_assert_eq!(read(&[told]), read(&["evidence".to_owned(), text]));
    }

    #[test]
    fn what_is_clipped_fits_and_is_a_beginning(text in "[a-zа-я漢字👍🏽e\u{301} ]{0,40}", most in 2..30usize) {
        let clipped = clipped(&text, most);
        prop_assert!(display_width(&clipped) <= most);
        let head = clipped.strip_suffix('…').unwrap_or(&clipped);
        prop_assert!(text.starts_with(head));
    }
}

fn trends() -> Table {
    let mut table = Table::new(&["id", "stage", "owners", "first seen", "volume", "trend"]);
    table.add_row(
        [
            "t1",
            "emerging",
            "7",
            "24 h ago",
            "█▆████▆▆",
            "Remix Battles\nHow the new duel format of Clipnet works\nduel · votes",
        ]
        .map(str::to_owned),
    );
    table
}

fn plain(table: &Table, width: usize) -> String {
    anstream::adapter::strip_str(&table.lines_in(width).join("\n")).to_string()
}

#[test]
fn a_wide_page_shows_a_line_a_row_and_a_narrow_one_the_text_below() {
    let expected = [
        (
            100,
            "\
 id  stage     owners  first seen  volume    trend
 t1  emerging  7       24 h ago    █▆████▆▆  Remix Battles
                                             How the new duel format of Clipnet works
                                             duel · votes",
        ),
        (
            76,
            "\
 id  stage     owners  first     volume    trend
                       seen
 t1  emerging  7       24 h ago  █▆████▆▆  Remix Battles
                                           How the new duel format of
                                           Clipnet works
                                           duel · votes",
        ),
        (
            60,
            "\
 id  stage     owners  first     volume
                       seen
    trend
 t1  emerging  7       24 h ago  █▆████▆▆
    Remix Battles
    How the new duel format of Clipnet works
    duel · votes",
        ),
        (
            30,
            "\
 id  stage     owners
 first     volume
 seen
    trend
 t1  emerging  7
 24 h ago  █▆████▆▆
    Remix Battles
    How the new duel format of
    Clipnet works
    duel · votes",
        ),
    ];
    for (width, text) in expected {
        // the escaped line break swallows the first blank
        let text = format!(" {}", text.trim_start());
        assert_eq!(plain(&trends(), width), text, "at {width}");
    }
}

#[test]
fn words_of_scripts_without_blanks_break_between_signs_but_not_before_a_stop() {
    assert_eq!(
        wrap("東京タワーが、赤い。", 6),
        ["東京タ", "ワー", "が、赤", "い。"]
    );
    assert_eq!(wrap("iOS 26の新機能", 8), ["iOS 26の", "新機能"]);
}

#[test]
fn a_style_goes_on_in_the_next_line_and_never_beside_it() {
    let mut table = Table::new(&["id", "text"]);
    let bold = format!("{STRONG}one two three four five six seven eight nine{STRONG:#}");
    table.add_row([bold, "plain".to_owned()]);
    let lines = table.lines_in(45);
    assert!(
        lines[1].find("\u{1b}[0m") < lines[1].find("plain"),
        "{lines:?}"
    );
    assert!(
        lines[2].contains("\u{1b}[1m") && lines[2].ends_with("\u{1b}[0m"),
        "{lines:?}"
    );
}
