//! Is a body HTML, or text that people write?

use crate::model::Body;

/// What a body is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// HTML or XHTML.
    Html,
    /// Markdown or plain text, which is Markdown without marks.
    Text,
}

/// By look first: servers send HTML as `text/plain` and Markdown as `text/html`.
pub(super) fn of(body: &Body<'_>, source: &str) -> Form {
    let start = source.trim_start();
    let start = &start[..start.floor_char_boundary(1_024)];
    let lower = start.to_ascii_lowercase();
    if lower.starts_with("<!doctype html")
        || lower.starts_with("<html")
        || lower.contains("<head")
        || lower.contains("<body")
    {
        return Form::Html;
    }
    let named = body.content_type.unwrap_or_default().to_ascii_lowercase();
    if named.contains("markdown") || named.starts_with("text/plain") {
        return Form::Text;
    }
    let path = body.url.path().to_ascii_lowercase();
    if [".md", ".markdown", ".mdx", ".rst", ".txt"]
        .iter()
        .any(|ending| path.ends_with(ending))
    {
        return Form::Text;
    }
    // without a word from the server: HTML has block elements, Markdown has hardly any
    let blocks = [
        "<p", "<div", "<table", "<h1", "<h2", "<ul", "<br", "<meta", "<title", "<script",
        "<section", "<article", "<li",
    ];
    let sample = source[..source.floor_char_boundary(65_536)].to_ascii_lowercase();
    let tags = blocks
        .iter()
        .map(|tag| sample.matches(tag).count())
        .sum::<usize>();
    let lines = sample.lines().count();
    if tags == 0 || (!named.contains("html") && tags * 8 < lines && !start.starts_with('<')) {
        Form::Text
    } else {
        Form::Html
    }
}

/// The title of a Markdown file's front matter (`---`, YAML, `---`) and the text after it.
pub(super) fn without_front_matter(source: &str) -> (Option<String>, &str) {
    let Some(inside) = source.trim_start_matches('\u{feff}').strip_prefix("---") else {
        return (None, source);
    };
    let Some(end) = inside
        .find("\n---")
        .filter(|&end| end < 8_192 && inside.starts_with(['\n', '\r']))
    else {
        return (None, source);
    };
    let matter = &inside[..end];
    if !matter.lines().all(|line| {
        line.trim().is_empty() || line.starts_with([' ', '-', '#']) || line.contains(':')
    }) {
        return (None, source);
    }
    let title = matter
        .lines()
        .find_map(|line| line.strip_prefix("title:"))
        .map(|title| title.trim().trim_matches(['"', '\'']).to_owned());
    let rest = &inside[end + 4..];
    let rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    (title.filter(|title| !title.is_empty()), rest)
}
