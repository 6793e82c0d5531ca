//! What people write, as an address: URLs with and without scheme, `@name`, `@user@host`, `r/name`.

use url::Url;

/// An address taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// The address whole.
    pub(super) url: Url,
    /// Its host without `www.`, `m.` and the like.
    pub(super) host: String,
    /// Its path's parts, decoded.
    pub(super) parts: Vec<String>,
}

impl Address {
    /// Takes a URL apart.
    pub(super) fn of(url: Url) -> Self {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let bare = ["www.", "m.", "mobile.", "old.", "new."]
            .iter()
            .find_map(|prefix| host.strip_prefix(prefix).filter(|rest| rest.contains('.')))
            .unwrap_or(&host)
            .to_owned();
        let parts = url
            .path_segments()
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .map(decoded)
            .collect();
        Self {
            url,
            host: bare,
            parts,
        }
    }

    /// A part of the path; empty when there is none.
    pub(super) fn part(&self, at: usize) -> &str {
        self.parts.get(at).map_or("", String::as_str)
    }

    /// Does its path end so?
    pub(super) fn ends_with(&self, ending: &str) -> bool {
        self.url.path().to_ascii_lowercase().ends_with(ending)
    }

    /// The value of a query parameter.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        let found = self.url.query_pairs().find(|(found, _)| found == name);
        found
            .map(|(_, value)| value.into_owned())
            .filter(|value| !value.is_empty())
    }
}

/// Reads what a person wrote.
pub(super) fn parse(text: &str) -> Result<Address, String> {
    let text = text.trim().trim_matches(|c| matches!(c, '<' | '>' | '"'));
    if text.is_empty() {
        return Err(
            "nothing was given; write an address such as https://example.com/blog".to_owned(),
        );
    }
    let written = handle(text).unwrap_or_else(|| with_scheme(text));
    let url = Url::parse(&written).map_err(|error| {
        format!(
            "`{text}` is no address ({error}); write a URL, @channel, @user@host or r/subreddit"
        )
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{text}`: only http and https can be read"));
    }
    let host = url.host_str().unwrap_or_default();
    if !host.contains(['.', ':']) && host != "localhost" {
        return Err(format!(
            "`{text}` is no address: `{host}` is not the name of a host; write a URL, @channel, @user@host or r/subreddit"
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the URL carries a user name or password; sources send those as a header from `secret_file`".to_owned());
    }
    Ok(Address::of(url))
}

/// Short forms that are no URLs.
fn handle(text: &str) -> Option<String> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
    };
    let account = text
        .strip_prefix("acct:")
        .or_else(|| text.strip_prefix('@'));
    if let Some(name) = account {
        return match name.split_once('@') {
            Some((user, host)) if is_name(user) && is_name(host) => {
                Some(format!("https://{host}/@{user}"))
            }
            Some(_) => None,
            None if name.contains('.') && is_name(name) => {
                Some(format!("https://bsky.app/profile/{name}"))
            }
            None if is_name(name) => Some(format!("https://t.me/s/{name}")),
            None => None,
        };
    }
    let bare = text.trim_start_matches('/');
    for (prefix, path) in [("r/", "r"), ("u/", "user")] {
        if let Some(name) = bare.strip_prefix(prefix)
            && is_name(name.trim_end_matches('/'))
        {
            return Some(format!(
                "https://www.reddit.com/{path}/{}",
                name.trim_end_matches('/')
            ));
        }
    }
    if text.starts_with("did:plc:") {
        return Some(format!("https://bsky.app/profile/{text}"));
    }
    let is_channel_id = text.len() == 24 && text.starts_with("UC") && is_name(text);
    is_channel_id.then(|| format!("https://www.youtube.com/channel/{text}"))
}

fn with_scheme(text: &str) -> String {
    for prefix in ["feed://", "rss://"] {
        if let Some(rest) = text.strip_prefix(prefix) {
            return format!("https://{rest}");
        }
    }
    if let Some(rest) = text.strip_prefix("feed:") {
        return with_scheme(rest);
    }
    if let Some(query) = text.strip_prefix("tg://resolve?domain=") {
        let name = query.split('&').next().unwrap_or_default();
        return format!("https://t.me/s/{name}");
    }
    // `example.com:8080/feed` would parse with `example.com` as its scheme
    if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{}", text.trim_start_matches("//"))
    }
}

/// `%40` as `@`; what does not decode to UTF-8 stays as written.
fn decoded(part: &str) -> String {
    if !part.contains('%') {
        return part.to_owned();
    }
    let pair = format!("x={}", part.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map_or_else(|| part.to_owned(), |(_, value)| value.into_owned())
}
