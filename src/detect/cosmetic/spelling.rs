//! Slips of spelling, other endings, other spellings of one word (licence, license).

use crate::detect::delta::{Delta, Edit, Side};
use crate::detect::scene::Scene;
use crate::detect::tokens::bare;

use super::has;

/// Longest word that is compared letter by letter.
const LONGEST: usize = 60;

/// Is an edit a slip: words in the places of words that are nearly the same?
pub(super) fn is_slip(delta: &Delta, edit: &Edit, scene: &Scene<'_>) -> bool {
    let (was, is) = (&delta.before, &delta.after);
    let quiet = |side: &Side, at: usize| {
        side.small(scene)[at] && !has(&side.hits_in(at..at + 1, scene), "noise", "turning")
    };
    if edit.removed.len() != edit.added.len() {
        return edit.removed.clone().all(|at| quiet(was, at))
            && edit.added.clone().all(|at| quiet(is, at));
    }
    let mut pairs = edit.removed.clone().zip(edit.added.clone());
    pairs.all(|(old, new)| {
        let (from, to) = (&was.words[old].folded, &is.words[new].folded);
        from == to
            || is_near(from, to)
            || (quiet(was, old) && quiet(is, new))
            || (!is_number(from) && scene.stem(from) == scene.stem(to))
            || is_slip_of_hand(from, to, scene)
    })
}

/// Are two words one letter apart (two for long words)? Numbers never are, nor is a word and its
/// negation: the first letter must agree.
fn is_near(was: &str, is: &str) -> bool {
    if is_number(was) || is_number(is) {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (bare(was).chars().collect(), bare(is).chars().collect());
    if a.first() != b.first() {
        return false;
    }
    // "admin" for "administrator"
    if a.len().min(b.len()) >= 5 && (a.starts_with(&b) || b.starts_with(&a)) {
        return true;
    }
    let allowed = match a.len().min(b.len()) {
        0..=4 => 0,
        5..=6 => 1,
        _ => 2,
    };
    if a.len().abs_diff(b.len()) > allowed || a.len() > LONGEST {
        return false;
    }
    strsim::osa_distance(&a.iter().collect::<String>(), &b.iter().collect::<String>()) <= allowed
}

/// A letter too many or too few in a word that is common on the page, giving one that is nowhere else
/// on it: "sNOT". Two small words ("no", "not") are never slips of one another.
fn is_slip_of_hand(was: &str, is: &str, scene: &Scene<'_>) -> bool {
    let (short, long) = if was.len() < is.len() {
        (was, is)
    } else {
        (is, was)
    };
    let lengths = (short.chars().count(), long.chars().count());
    if lengths.0 < 3 || lengths.1 != lengths.0 + 1 || lengths.1 > LONGEST || is_number(long) {
        return false;
    }
    if strsim::osa_distance(short, long) != 1 {
        return false;
    }
    let small = scene.tongue.is_small(short) && scene.tongue.is_small(long);
    let counts = (scene.count(short), scene.count(long));
    !small && counts.0.min(counts.1) <= 2 && counts.0.max(counts.1) >= 3
}

fn is_number(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit())
}
