//! Slips of spelling, other endings, other spellings of one word (licence, license).

use crate::detect::delta::{Delta, Edit, Side};
use crate::detect::scene::Scene;
use crate::detect::tokens::bare;

use super::has;

/// Is an edit a slip: words in the places of words that are nearly the same?
pub(super) fn is_slip(delta: &Delta, edit: &Edit, scene: &Scene<'_>) -> bool {
    let words = |side: &Side, run: &std::ops::Range<usize>| -> Vec<String> {
        run.clone()
            .map(|at| side.words[at].folded.clone())
            .collect()
    };
    let (was, is) = (
        words(&delta.before, &edit.removed),
        words(&delta.after, &edit.added),
    );
    if was.len() != is.len() {
        return quiet(&delta.before, edit.removed.clone(), scene)
            && quiet(&delta.after, edit.added.clone(), scene);
    }
    was.iter().zip(&is).all(|(was, is)| {
        let same_stem = scene.tongue.stem(was) == scene.tongue.stem(is) && !is_number(was);
        was == is
            || same_stem
            || is_near(was, is)
            || is_slip_of_hand(was, is, scene)
            || (scene.tongue.is_small(was)
                && scene.tongue.is_small(is)
                && !turns(was, scene)
                && !turns(is, scene))
    })
}

/// Are the words small ones that turn nothing?
fn quiet(side: &Side, run: std::ops::Range<usize>, scene: &Scene<'_>) -> bool {
    run.into_iter().all(|at| {
        let word = &side.words[at].folded;
        scene.tongue.is_small(word) && !turns(word, scene)
    })
}

fn turns(word: &str, scene: &Scene<'_>) -> bool {
    has(
        &scene.hits(&crate::detect::lexicon::words(word)),
        "noise",
        "turning",
    )
}

/// Are two words one letter apart (two for long words)? Numbers never are, nor is a word and its
/// negation: the first letter must agree.
fn is_near(was: &str, is: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (bare(was).chars().collect(), bare(is).chars().collect());
    if is_number(was) || is_number(is) || a.first() != b.first() {
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
    if lengths.0 < 3 || lengths.1 != lengths.0 + 1 || is_number(long) {
        return false;
    }
    let small = scene.tongue.is_small(short) && scene.tongue.is_small(long);
    let (rare, usual) = (
        scene.count(short).min(scene.count(long)),
        scene.count(short).max(scene.count(long)),
    );
    !small && rare <= 2 && usual >= 3 && strsim::osa_distance(short, long) == 1
}

fn is_number(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit())
}
