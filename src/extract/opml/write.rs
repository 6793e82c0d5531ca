//! Sources as a list of feeds.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::{FEEDS, NAMESPACE, OURS, Settings};
use crate::model::Source;

/// Writes sources as OPML 2.0, in folders by their first tag.
pub fn write(sources: &[&Arc<Source>], title: &str) -> io::Result<String> {
    let mut folders: BTreeMap<Option<&str>, Vec<&Source>> = BTreeMap::new();
    for source in sources {
        let folder = source.tags.first().map(String::as_str);
        folders.entry(folder).or_default().push(source);
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = BytesStart::new("opml")
        .with_attributes([("version", "2.0"), ("xmlns:tidewatch", NAMESPACE)]);
    writer.write_event(Event::Start(root))?;
    writer.write_event(Event::Start(BytesStart::new("head")))?;
    writer
        .create_element("title")
        .write_text_content(BytesText::new(title))?;
    writer.write_event(Event::End(BytesEnd::new("head")))?;
    writer.write_event(Event::Start(BytesStart::new("body")))?;
    for (folder, sources) in folders {
        if let Some(name) = folder {
            let name = printable(name);
            let start =
                BytesStart::new("outline").with_attributes([("text", &*name), ("title", &*name)]);
            writer.write_event(Event::Start(start))?;
        }
        for source in sources {
            writer.write_event(Event::Empty(outline(source)?))?;
        }
        if folder.is_some() {
            writer.write_event(Event::End(BytesEnd::new("outline")))?;
        }
    }
    writer.write_event(Event::End(BytesEnd::new("body")))?;
    writer.write_event(Event::End(BytesEnd::new("opml")))?;
    let mut text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    text.push('\n');
    Ok(text)
}

fn outline(source: &Source) -> io::Result<BytesStart<'static>> {
    let is_feed = FEEDS.contains(&source.kind.as_str());
    let (kind, place) = if is_feed {
        ("rss", "xmlUrl")
    } else {
        ("link", "url")
    };
    let title = printable(&source.title);
    let settings = serde_json::to_string(&Settings::of(source))?;
    let mut start = BytesStart::new("outline");
    start.push_attribute(("type", kind));
    start.push_attribute(("text", title.as_str()));
    start.push_attribute(("title", title.as_str()));
    start.push_attribute((place, source.url.as_str()));
    if let Some(language) = &source.language {
        start.push_attribute(("language", language.as_str()));
    }
    if !source.tags.is_empty() {
        start.push_attribute(("category", printable(&source.tags.join(",")).as_str()));
    }
    start.push_attribute((OURS, printable(&settings).as_str()));
    Ok(start)
}

/// Without the characters that XML cannot hold.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') {
                ' '
            } else {
                c
            }
        })
        .collect()
}
