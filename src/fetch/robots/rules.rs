//! What a robots.txt file says, once it is there: pure, for any bytes.

use std::time::Duration;

use robotxt::Robots;
use url::Url;

/// Our name in robots.txt files.
const AGENT: &str = "tidewatch";
/// Longest `Crawl-delay` that is honoured.
const MAX_CRAWL_DELAY: Duration = Duration::from_secs(30);

/// Reads a file.
pub(super) fn parse(body: &[u8]) -> Robots {
    Robots::parse(body, AGENT)
}

/// The pause that the rules ask for.
pub(super) fn delay(rules: &Robots) -> Duration {
    rules.crawl_delay().unwrap_or_default().min(MAX_CRAWL_DELAY)
}

/// The rule that keeps us from a page, if one does.
pub(super) fn forbidding<'r>(rules: &'r Robots, url: &Url) -> Option<&'r str> {
    if rules.is_url_allowed(url) {
        return None;
    }
    let rule = rules.matching_rule(url.path());
    Some(rule.map_or("/", |rule| rule.pattern()))
}
