//! Edits that are cosmetic by themselves, wherever they stand: addresses, numbers of sections, tokens
//! of machines, slips of spelling, small words, words of the frame, pointers to further reading.

use std::ops::Range;

use super::{chrome, has, spelling};
use crate::detect::delta::{Delta, Edit, Side};
use crate::detect::quantities::quantities;
use crate::detect::scene::Scene;

/// Longest part of an address that is looked at on each side of an edit, in characters.
const LONGEST: usize = 2_000;

/// Why an edit is cosmetic, or `None` if it may matter.
pub(super) fn reason(delta: &Delta, edit: &Edit, scene: &Scene<'_>) -> Option<&'static str> {
    type Rule = fn(&Side, &Range<usize>, &Scene<'_>) -> bool;
    let rules: [(&'static str, Rule); 7] = [
        ("placeholder", |side, run, _| is_placeholder(side, run)),
        ("links", |side, run, _| is_address(side, run)),
        ("numbering", |side, run, _| is_numbering(side, run)),
        ("tokens", |side, run, _| is_token(side, run)),
        ("navigation", |side, run, scene| {
            chrome::names_frame(side, run, scene)
        }),
        ("pointer", is_pointer),
        ("small words", is_small),
    ];
    let sides = [(&delta.before, &edit.removed), (&delta.after, &edit.added)];
    let one = rules.into_iter().find(|(_, holds)| {
        sides
            .iter()
            .all(|(side, run)| run.is_empty() || holds(side, run, scene))
    });
    let slip = || spelling::is_slip(delta, edit, scene).then_some("spelling");
    let measure = || is_same_measure(delta, edit).then_some("units");
    one.map(|(reason, _)| reason).or_else(slip).or_else(measure)
}

/// Bytes within which an edit may be numbers and units alone.
const MEASURE: usize = 200;

/// Does each side say nothing but the same numbers, in other units or words: "48 hours", "two days"?
fn is_same_measure(delta: &Delta, edit: &Edit) -> bool {
    let only = |side: &Side, run: &Range<usize>| {
        let said = side.slice(run);
        if said.len() > MEASURE {
            return None;
        }
        let found = quantities(said, &[]);
        let covered: usize = found.iter().map(|q| q.range.len()).sum();
        let gaps = found.len() * 2;
        (!found.is_empty() && covered + gaps >= said.len()).then_some(found)
    };
    let sides = (
        only(&delta.before, &edit.removed),
        only(&delta.after, &edit.added),
    );
    let (Some(was), Some(is)) = sides else {
        return false;
    };
    was.len() == is.len()
        && was
            .iter()
            .zip(&is)
            .all(|(was, is)| was.unit.is_some() && was.same(is))
}

/// The one word that says something on each side of an edit, by stem; numbers and obligations never.
pub(super) fn swap(delta: &Delta, edit: &Edit, scene: &Scene<'_>) -> Option<(String, String)> {
    let only = |side: &Side, run: &Range<usize>| -> Option<String> {
        let small = side.small(scene);
        let mut said = run.clone().filter(|at| !small[*at]);
        let (Some(only), None) = (said.next(), said.next()) else {
            return None;
        };
        let word = &side.words[only].folded;
        let hits = side.hits_in(run.clone(), scene);
        let turns = hits
            .iter()
            .any(|h| h.group == "obligation" || (h.group == "noise" && h.name == "turning"));
        (!turns && !word.contains(|c: char| c.is_ascii_digit())).then(|| scene.stem(word))
    };
    Some((
        only(&delta.before, &edit.removed)?,
        only(&delta.after, &edit.added)?,
    ))
}

/// Do the words stand in sentences that only point elsewhere: "Learn more about …"?
fn is_pointer(side: &Side, run: &Range<usize>, scene: &Scene<'_>) -> bool {
    let mut any = false;
    let all = side.sentences_of(run).all(|words| {
        any = true;
        if words.len() > 45 {
            return false;
        }
        let hits = side.hits_in(words, scene);
        let leads = hits
            .iter()
            .any(|h| h.name == "pointer" && h.group == "noise" && h.words.start == 0);
        let rules = hits
            .iter()
            .any(|h| h.group == "obligation" && !["permission", "may"].contains(&h.name));
        leads && !rules
    });
    any && all
}

/// Are the words small ones, and none that turns a rule?
fn is_small(side: &Side, run: &Range<usize>, scene: &Scene<'_>) -> bool {
    side.small(scene)[run.clone()].iter().all(|small| *small)
        && !has(&side.hits_in(run.clone(), scene), "noise", "turning")
}

/// Do the words stand in a mark of a template that is filled in elsewhere: `{{ price }}`, `{% if … %}`?
fn is_placeholder(side: &Side, run: &Range<usize>) -> bool {
    if !side.is_template() {
        return false;
    }
    let (Some(first), Some(last)) = (side.words.get(run.start), side.words.get(run.end - 1)) else {
        return false;
    };
    let (head, tail) = (
        &side.text[..first.range.start],
        &side.text[last.range.end..],
    );
    let head = &head[head.ceil_char_boundary(head.len().saturating_sub(LONGEST))..];
    let tail = &tail[..tail.floor_char_boundary(LONGEST)];
    let within = |open: &str, close: &str| {
        let opened = head.rfind(open);
        let closed = head.rfind(close);
        let shuts = tail.find(close);
        let reopens = tail.find(open);
        opened.is_some_and(|at| closed.is_none_or(|end| end < at))
            && shuts.is_some_and(|at| reopens.is_none_or(|next| at < next))
            && !side.text[first.range.start..last.range.end].contains(close)
    };
    within("{{", "}}") || within("{%", "%}") || within("<%", "%>")
}

/// Are the words part of a URL or an e-mail address?
fn is_address(side: &Side, run: &Range<usize>) -> bool {
    let (Some(first), Some(last)) = (side.words.get(run.start), side.words.get(run.end - 1)) else {
        return false;
    };
    let head = side.text[..first.range.start].char_indices().rev();
    let head = head.take(LONGEST).take_while(|(_, c)| !c.is_whitespace());
    let start = head.last().map_or(first.range.start, |(at, _)| at);
    let tail = side.text[last.range.end..].chars().take(LONGEST);
    let tail = tail.take_while(|c| !c.is_whitespace());
    let end = last.range.end + tail.map(char::len_utf8).sum::<usize>();
    let chunks = side.text[start..end].split_whitespace();
    let masked = side.text[start..end].contains("[email");
    let mut is_any = false;
    for chunk in chunks {
        let address = chunk.contains("://") || chunk.contains("www.") || is_email(chunk);
        if !address && !masked {
            return false;
        }
        is_any = true;
    }
    is_any
}

fn is_email(chunk: &str) -> bool {
    chunk
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// Are the words numbers of sections: at the head of a block or line, or after "section"?
fn is_numbering(side: &Side, run: &Range<usize>) -> bool {
    const SECTION: [&str; 14] = [
        "section",
        "sections",
        "article",
        "paragraph",
        "clause",
        "schedule",
        "exhibit",
        "раздел",
        "разделе",
        "раздела",
        "пункт",
        "пункта",
        "пункте",
        "п",
    ];
    run.clone().all(|at| {
        let word = &side.words[at];
        let label = word.folded.chars().all(|c| c.is_ascii_digit() || c == '.')
            || (word.folded.len() == 1 && word.folded.is_ascii());
        let before = side.text[..word.range.start].trim_end_matches([' ', '(', '\\']);
        let heads = before.is_empty()
            || before.ends_with(['\n', '.', ')']) && at == run.start && {
                let mark = |c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' ');
                let line = before.trim_end_matches(mark);
                line.is_empty() || line.ends_with('\n')
            };
        let after = &side.text[word.range.end..];
        let titled = after
            .trim_start_matches(['.', ' '])
            .starts_with(char::is_alphabetic);
        let closes = after.starts_with(['.', ')', '\\']) || (after.starts_with(' ') && titled);
        let cited = at
            .checked_sub(1)
            .is_some_and(|p| SECTION.contains(&side.words[p].folded.as_str()));
        label && (cited || (heads && closes))
    })
}

/// Are the words tokens of a machine: hexadecimal, or letters and digits mixed, and long?
fn is_token(side: &Side, run: &Range<usize>) -> bool {
    run.clone().all(|at| {
        let word = &side.words[at].folded;
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        word.len() >= 16
            && word.is_ascii()
            && digits >= 3
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}
