//! Made pairs of 60 KB in every shape that a page may take, also as a hostile one would.

use tidewatch::model::{Block, BlockKind, PageText};

/// Size of a made text, in bytes.
const SIZE: usize = 60_000;

/// Name, earlier and later text.
type Shape = (&'static str, PageText, PageText);

/// Bytes of a text.
pub(crate) fn size(text: &PageText) -> usize {
    text.blocks.iter().map(|b| b.text.len()).sum()
}

/// All shapes.
pub(crate) fn shapes() -> Vec<Shape> {
    let (rules, edited) = rules(&EN);
    let (pravila, _) = self::rules(&RU);
    let every = |text: &PageText| each(text, |_, block| rewritten(block));
    let reversed = PageText {
        blocks: rules.blocks.iter().rev().cloned().collect(),
    };
    let other = made(&EN, 31);
    let one = |text: &PageText| PageText {
        blocks: vec![block(BlockKind::Paragraph, text.plain().replace('\n', " "))],
    };
    let flat = |text: &PageText| PageText {
        blocks: vec![block(
            BlockKind::Paragraph,
            text.plain().replace(['\n', '.'], " "),
        )],
    };
    let (list, renumbered) = (list(0), list(1));
    let (table, dearer) = (rows(0), rows(7));
    let (numbers, more) = (numbers(0), numbers(5));
    let (days, later) = (dates(1), dates(9));
    let glued = |c: char| PageText {
        blocks: vec![block(
            BlockKind::Paragraph,
            c.to_string().repeat(SIZE / c.len_utf8()),
        )],
    };
    vec![
        ("5 % of blocks edited", rules.clone(), edited.clone()),
        ("every block edited", rules.clone(), every(&rules)),
        (
            "every block edited, Russian",
            pravila.clone(),
            every(&pravila),
        ),
        ("another text", rules.clone(), other.clone()),
        ("another text, Russian", pravila.clone(), made(&RU, 31)),
        ("in reverse order", rules.clone(), reversed),
        ("from nothing", PageText::default(), rules.clone()),
        ("to nothing", rules.clone(), PageText::default()),
        ("one paragraph, a few edits", one(&rules), one(&edited)),
        (
            "one paragraph, many edits",
            one(&rules),
            one(&every(&rules)),
        ),
        (
            "one paragraph, Russian",
            one(&pravila),
            one(&every(&pravila)),
        ),
        ("one paragraph, another text", one(&rules), one(&other)),
        (
            "one sentence, many edits",
            flat(&rules),
            flat(&every(&rules)),
        ),
        ("3,000 list items renumbered", list, renumbered),
        ("table, every price changed", table, dearer),
        ("every number changed", numbers.clone(), more.clone()),
        ("one paragraph, every number", one(&numbers), one(&more)),
        ("every date changed", days, later),
        (
            "words of duty only",
            repeated("You may not. "),
            repeated("You must not. "),
        ),
        ("addresses only", addresses("http"), addresses("https")),
        ("Chinese", chinese(3), chinese(5)),
        ("one word", glued('a'), glued('b')),
        ("marks only", glued('.'), glued('!')),
    ]
}

fn block(kind: BlockKind, text: String) -> Block {
    Block {
        kind,
        text,
        links: vec![],
    }
}

fn each(text: &PageText, edit: impl Fn(usize, &mut Block)) -> PageText {
    let mut after = text.clone();
    for (at, block) in after.blocks.iter_mut().enumerate() {
        edit(at, block);
    }
    after
}

/// Words of it changed, and a sentence more.
fn rewritten(block: &mut Block) {
    block.text = block
        .text
        .replacen(" the ", " our ", 1)
        .replacen(" may ", " can ", 1)
        .replacen(" или ", " либо ", 1)
        .replacen(" может ", " вправе ", 1);
    block.text.push_str(if block.text.is_ascii() {
        " This holds everywhere."
    } else {
        " Это действует везде."
    });
}

/// Blocks until a text is large enough.
fn until_full(mut next: impl FnMut(usize) -> Block) -> PageText {
    let mut text = PageText::default();
    let mut bytes = 0;
    while bytes < SIZE {
        let block = next(text.blocks.len());
        bytes += block.text.len();
        text.blocks.push(block);
    }
    text
}

fn random(mut state: u64) -> impl FnMut(usize) -> usize {
    move |most| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % most
    }
}

/// A rule text in words of a language.
fn made(words: &[&str], seed: u64) -> PageText {
    let mut roll = random(seed);
    until_full(|number| {
        let (kind, count) = if number.is_multiple_of(9) {
            (BlockKind::Heading(2), 4)
        } else {
            (BlockKind::Paragraph, 30 + roll(40))
        };
        let mut text = format!("{number}");
        for _ in 0..count {
            text.push(' ');
            text.push_str(words[roll(words.len())]);
        }
        text.push('.');
        block(kind, text)
    })
}

/// A rule text and a later version of it, with an edit in every twentieth block.
fn rules(words: &[&str]) -> (PageText, PageText) {
    let before = made(words, 29);
    let after = each(&before, |at, block| {
        if at >= 3 && (at - 3).is_multiple_of(20) {
            block.text = block
                .text
                .replace("ten minutes", "15 minutes")
                .replacen("must", "need not", 1);
        }
    });
    (before, after)
}

fn list(from: usize) -> PageText {
    let mut text = PageText::default();
    for at in 0..3_000 {
        let item = format!("{}. Item no {at} here", at + from + 1);
        text.blocks.push(block(BlockKind::ListItem, item));
    }
    text
}

fn rows(more: usize) -> PageText {
    until_full(|at| {
        let price = 10 + at * 13 % 900 + more;
        let row = format!(
            "Server of type {at} | {price} USD a month | {} GB | yes",
            2 + at % 7
        );
        block(BlockKind::TableRow, row)
    })
}

fn numbers(more: usize) -> PageText {
    until_full(|at| {
        let n = 11 + at % 40 + more;
        let text = format!(
            "Videos may last {n} seconds and weigh {} MB, {} % of them free. A creator of {n} years pays ${}.50 within {n} days.",
            n * 3,
            n + 1,
            n * 7
        );
        block(BlockKind::Paragraph, text)
    })
}

fn dates(more: usize) -> PageText {
    until_full(|at| {
        let day = 1 + (at + more) % 28;
        let text = format!(
            "From {day} March 2026 the fee for category {at} is due; it ends on July {day}, 2027, or on 2028-05-{day:02}."
        );
        block(BlockKind::Paragraph, text)
    })
}

fn repeated(text: &str) -> PageText {
    until_full(|_| block(BlockKind::Paragraph, text.repeat(40)))
}

fn addresses(scheme: &str) -> PageText {
    until_full(|at| {
        let text = format!("{scheme}://example.com/a/{at}/b?c={at} ").repeat(30);
        block(BlockKind::Paragraph, text)
    })
}

fn chinese(step: u32) -> PageText {
    until_full(|at| {
        let mut roll = random(at as u64 + 1);
        let text = (0..200).map(|_| {
            let c = 0x4e00 + roll(2_000) as u32;
            char::from_u32(if roll(9) == 0 { c + step } else { c }).unwrap()
        });
        block(BlockKind::Paragraph, text.collect::<String>() + "。")
    })
}

const EN: [&str; 40] = [
    "advertisers",
    "must",
    "label",
    "every",
    "paid",
    "post",
    "before",
    "it",
    "is",
    "shown",
    "to",
    "people",
    "under",
    "sixteen",
    "creators",
    "may",
    "not",
    "upload",
    "videos",
    "longer",
    "than",
    "ten",
    "minutes",
    "unless",
    "their",
    "account",
    "has",
    "been",
    "verified",
    "by",
    "the",
    "platform",
    "and",
    "fees",
    "of",
    "percent",
    "apply",
    "from",
    "July",
    "on",
];

const RU: [&str; 40] = [
    "рекламодатели",
    "обязаны",
    "помечать",
    "каждую",
    "платную",
    "запись",
    "прежде",
    "чем",
    "она",
    "будет",
    "показана",
    "людям",
    "младше",
    "шестнадцати",
    "автор",
    "может",
    "не",
    "публиковать",
    "видео",
    "дольше",
    "десяти",
    "минут",
    "если",
    "его",
    "страница",
    "уже",
    "проверена",
    "или",
    "площадка",
    "запрещает",
    "комиссия",
    "в",
    "процентов",
    "действует",
    "с",
    "июля",
    "на",
    "условиях",
    "договора",
    "оферты",
];
