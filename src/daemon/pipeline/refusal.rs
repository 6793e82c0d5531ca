//! Bodies that cannot be read, in words: what came, and the setting that would help.

use crate::model::{ReadOutcome, Source};

/// The remedy, where a setting is one.
pub(super) fn hint(outcome: &ReadOutcome, source: &Source) -> &'static str {
    match (outcome, &source.render) {
        (ReadOutcome::NeedsJavascript, None) => "; set `render = true` on the source",
        (ReadOutcome::NeedsJavascript | ReadOutcome::Empty, Some(render))
            if render.wait_for.is_none() =>
        {
            "; name with `wait_for` what its scripts should bring"
        }
        _ => "",
    }
}

/// What came in the place of a text.
pub(super) fn described(outcome: &ReadOutcome) -> &'static str {
    match outcome {
        ReadOutcome::Empty => "a body in which nothing can be read",
        ReadOutcome::LoginWall => "a login wall",
        ReadOutcome::Captcha => "a captcha or bot check",
        ReadOutcome::NeedsJavascript => "a shell that needs JavaScript",
        ReadOutcome::NotFound => "a \"not found\" notice",
        ReadOutcome::OutOfService => "a notice of maintenance, overload or a block",
        ReadOutcome::Read | ReadOutcome::NoPreview(_) | ReadOutcome::Malformed(_) => {
            "what its kind does not promise"
        }
    }
}
