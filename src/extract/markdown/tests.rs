#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn texts(source: &str) -> Vec<(BlockKind, String)> {
    let read = read_markdown(source);
    read.blocks.into_iter().map(|b| (b.kind, b.text)).collect()
}

#[test]
fn headings_lists_tables_and_paragraphs_are_blocks() {
    use BlockKind::{Heading, ListItem, Paragraph, Quote, TableRow};
    let source = "Title\n=====\n\nOne **bold** line\nwrapped.\n\n## Next\n* first\n  more\n2. second\n\n> said\n\n| a | b |\n| --- | --- |\n| 1 | [2](http://x/) |\n";
    let expected: Vec<(BlockKind, String)> = [
        (Heading(1), "Title"),
        (Paragraph, "One bold line wrapped."),
        (Heading(2), "Next"),
        (ListItem, "first more"),
        (ListItem, "second"),
        (Quote, "said"),
        (TableRow, "a | b"),
        (TableRow, "1 | 2"),
    ]
    .map(|(k, t)| (k, t.to_owned()))
    .into();
    assert_eq!(texts(source), expected);
}

#[test]
fn what_is_struck_out_is_not_the_text() {
    let one = |source: &str| read_markdown(source).blocks[0].text.clone();
    assert_eq!(one("Up to ~~60~~ 90 seconds"), "Up to 90 seconds");
    assert_eq!(one("Up to <del>60</del> 90 seconds"), "Up to 90 seconds");
    assert_eq!(one("~~ open ~ and ~~ apart"), "open ~ and apart");
}

#[test]
fn marks_vanish_and_text_stays() {
    let source = "See <a href=\"http://x/y\">here</a>, [there](/z \"t\") and ![a picture](p.png) snake_case _em_ a\\_b {: #id }";
    let read = read_markdown(source);
    assert_eq!(read.blocks[0].text, "See here, there and snake_case em a_b");
    let links: Vec<_> = read.blocks[0]
        .links
        .iter()
        .map(|l| l.href.as_str())
        .collect();
    assert_eq!(links, ["http://x/y", "/z"]);
}

#[test]
fn template_marks_read_the_same_as_plain_markup() {
    let plain = texts("# Тарификация\n\n<info>\n\nТекст\n\n</info>\n");
    let marked = texts("# {heading(Тарификация)[id=t-1]}\n\n{note:info}\n\nТекст\n\n{/note}\n");
    assert_eq!(plain, marked);
}

#[test]
fn html_tables_become_one_block_a_cell() {
    let source = "<table>\n<tr><th>A</th>\n<td><p>B <strong>c</strong></p></td></tr></table>";
    let read: Vec<_> = texts(source).into_iter().map(|(_, t)| t).collect();
    assert_eq!(read, ["A", "B c"]);
}

proptest! {
    #[test]
    fn never_panics_and_collapses_white_space(source in "[\\PC\n\\[\\]()<>{}*_`|#\\\\-]{0,300}") {
        for block in read_markdown(&source).blocks {
            prop_assert!(!block.text.is_empty());
            if block.kind != BlockKind::Code {
                prop_assert!(!block.text.contains('\n'));
            }
        }
    }
}
