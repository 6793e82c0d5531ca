//! The way of one fetch through redirects. Pure: a URL and answers in, the next URL out.
//!
//! It knows three things that following blindly would lose: which part of the way is permanent (so
//! that the new home can be remembered), whether the way turns in a circle, and who may be told the
//! source's own headers.

use url::{Origin, Url};

use super::explain::{failure, host};
use crate::model::{FailureKind, FetchFailure};

/// Where a fetch has been. The last URL is where it stands.
#[derive(Debug)]
pub(super) struct Trail {
    seen: Vec<Url>,
    /// Every hop so far was permanent and none gave up TLS.
    permanent: bool,
    moved_to: Option<Url>,
    /// Where the last script led: coming back to what was before is no circle.
    led_at: usize,
}

/// Does this status, with a `Location`, send us elsewhere?
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

impl Trail {
    /// A fetch about to begin.
    pub(super) fn new(start: &Url) -> Self {
        let mut start = start.clone();
        start.set_fragment(None);
        Self {
            seen: vec![start],
            permanent: true,
            moved_to: None,
            led_at: 0,
        }
    }

    /// Where the fetch began.
    pub(super) fn start(&self) -> &Url {
        &self.seen[0]
    }

    /// Where the fetch stands.
    pub(super) fn here(&self) -> &Url {
        &self.seen[self.seen.len() - 1]
    }

    /// Hops so far.
    pub(super) fn hops(&self) -> usize {
        self.seen.len() - 1
    }

    /// Goes on to `location`, unless that is one hop too many, a circle, or not a web address.
    pub(super) fn follow(
        &mut self,
        status: u16,
        location: &[u8],
        max_hops: u8,
    ) -> Result<(), FetchFailure> {
        let next = self.resolve(location)?;
        let since = self.led_at;
        if let Some(at) = self.seen[since..].iter().position(|url| *url == next) {
            return Err(self.circle(since + at));
        }
        self.bound(&next, max_hops)?;
        let downgrade = self.here().scheme() == "https" && next.scheme() == "http";
        self.permanent &= matches!(status, 301 | 308) && !downgrade;
        if self.permanent {
            self.moved_to = Some(next.clone());
        }
        self.seen.push(next);
        Ok(())
    }

    /// Goes on to where a page's script leads, which may be back to the same page: scripts and cookies
    /// remember that they were there.
    pub(super) fn lead(&mut self, to: &Url, max_hops: u8) -> Result<(), FetchFailure> {
        let next = self.resolve(to.as_str().as_bytes())?;
        self.bound(&next, max_hops)?;
        self.permanent = false;
        self.led_at = self.seen.len();
        self.seen.push(next);
        Ok(())
    }

    /// May the host we stand at be told the source's own headers?
    pub(super) fn may_know_secrets(&self) -> bool {
        same_or_safer(self.start(), self.here())
    }

    /// Where the resource has moved for good, if it has. A source with secrets moves only where they
    /// may be told: else a permanent redirect would carry them off at the next poll.
    pub(super) fn moved_to(&self, has_secrets: bool) -> Option<Url> {
        let moved = self.moved_to.as_ref()?;
        let has_secrets = has_secrets || has_credentials(self.start());
        let may = !has_secrets || same_or_safer(self.start(), moved);
        (may && !has_credentials(self.start())).then(|| moved.clone())
    }

    fn bound(&self, next: &Url, max_hops: u8) -> Result<(), FetchFailure> {
        if self.hops() < usize::from(max_hops) {
            return Ok(());
        }
        let message = format!(
            "{}: more than {max_hops} redirects, the last to {}; raise max_redirects or set the url to where it ends",
            host(self.start()),
            plain(next),
        );
        Err(failure(FailureKind::Redirects, message))
    }

    fn resolve(&self, location: &[u8]) -> Result<Url, FetchFailure> {
        let text = match std::str::from_utf8(location) {
            Ok(text) => text.to_owned(),
            Err(_) => location.iter().map(|b| percent(*b)).collect(),
        };
        let bad = |why: &str| {
            let message = format!(
                "{}: redirect to {:?}, {why}",
                host(self.here()),
                text.chars().take(200).collect::<String>()
            );
            failure(FailureKind::Redirects, message)
        };
        let mut next = self
            .here()
            .join(&text)
            .map_err(|e| bad(&format!("which is no url ({e})")))?;
        if !matches!(next.scheme(), "http" | "https") || !next.has_host() {
            return Err(bad("which is not on the web"));
        }
        next.set_fragment(None);
        // the source's own login goes along within its origin; a login made up by a server never
        let (user, password) = if same_or_safer(self.start(), &next) {
            let start = self.start();
            (
                start.username().to_owned(),
                start.password().map(str::to_owned),
            )
        } else {
            (String::new(), None)
        };
        if next.set_username(&user).is_err() || next.set_password(password.as_deref()).is_err() {
            return Err(bad("which cannot carry a login"));
        }
        Ok(next)
    }

    fn circle(&self, at: usize) -> FetchFailure {
        let mut way: Vec<String> = self.seen[at..].iter().map(plain).collect();
        way.push(plain(&self.seen[at]));
        let message = format!(
            "{}: redirects in a circle: {}; the site may want cookies, which are not kept",
            host(self.start()),
            way.join(" -> ")
        );
        failure(FailureKind::Redirects, message)
    }
}

/// A URL without login and fragment, as it may be stored and shown.
pub(super) fn without_login(url: &Url) -> Url {
    let mut url = url.clone();
    // both can only fail on URLs without a host, which have no login either
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    url
}

/// A URL for messages: queries may carry tokens.
fn plain(url: &Url) -> String {
    let mut url = without_login(url);
    let query = url.query().is_some();
    url.set_query(None);
    format!("{url}{}", if query { "?…" } else { "" })
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// The same origin, or the same host with TLS where there was none.
fn same_or_safer(from: &Url, to: &Url) -> bool {
    let upgrade = || match (from.origin(), to.origin()) {
        (Origin::Tuple(a, from_host, 80), Origin::Tuple(b, to_host, 443)) => {
            a == "http" && b == "https" && from_host == to_host
        }
        _ => false,
    };
    from.origin() == to.origin() || upgrade()
}

/// Raw bytes that are not UTF-8 go back to the server as they came.
fn percent(byte: u8) -> String {
    if byte.is_ascii() {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

#[cfg(test)]
mod tests;
