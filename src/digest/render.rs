//! Pages through templates. Ours are compiled in; what they print is escaped by their file's ending.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};

use super::page::Page;

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    match syntax {
        Ok(syntax) => environment.set_syntax(syntax),
        Err(fault) => unreachable!("the usual delimiters are refused: {fault:#}"),
    }
    environment.set_debug(false);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| match name.rsplit_once('.') {
        Some((_, "html")) => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    environment.add_filter("wrapped", wrapped);
    environment.add_filter("md", markdown_text);
    environment.add_filter("mdurl", markdown_address);
    for (name, source) in [
        ("digest.html", include_str!("templates/digest.html")),
        ("digest.txt", include_str!("templates/digest.txt")),
        ("digest.md", include_str!("templates/digest.md")),
    ] {
        if let Err(fault) = environment.add_template(name, source) {
            unreachable!("our own template is broken: {fault:#}");
        }
    }
    environment
});

/// What a template of the user's own may use up: a step takes one, and so do 64 bytes of whatever it
/// makes, so this bounds its memory to some 60 MB. A hundred cards through ours take a tenth.
const FUEL: u64 = 1_000_000;
/// Longest page that it may give, in bytes: mail servers refuse more than some megabytes.
const LONGEST: usize = 4 << 20;

/// A page through the user's own template, which may include ours by name; a fault in one line.
pub(super) fn render_own(name: &str, source: &str, page: &Page) -> Result<String, String> {
    let mut environment = TEMPLATES.clone();
    environment.set_fuel(Some(FUEL));
    let own = format!("own {name}");
    let rendered = environment
        .add_template_owned(own.clone(), source.to_owned())
        .and_then(|()| environment.get_template(&own)?.render(Serde(page)));
    let text = rendered.map_err(|fault| {
        // the causes below the first are those of included templates; a drawing of the place takes many lines
        let causes = std::iter::successors(Some(&fault as &dyn std::error::Error), |e| e.source());
        let text: Vec<String> = causes.map(ToString::to_string).collect();
        let text = text.join(": ");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if fault.kind() == ErrorKind::OutOfFuel {
            format!("it takes too many steps or makes too much text ({text})")
        } else {
            text
        }
    })?;
    if text.len() > LONGEST {
        let (length, most) = (text.len() >> 20, LONGEST >> 20);
        return Err(format!(
            "it gives {length} MB, more than the {most} MB that a page may have"
        ));
    }
    Ok(text)
}

/// A page in the form that the template of this name gives it.
pub(super) fn render(name: &str, page: &Page) -> String {
    let rendered = TEMPLATES
        .get_template(name)
        .and_then(|template| template.render(Serde(page)));
    rendered.unwrap_or_else(|fault| unreachable!("our own template fails: {fault:#}"))
}

/// Breaks a text into lines of at most `width` characters; lines after the first are indented.
/// A word longer than a line, such as a link, stays whole.
fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

/// A text that means itself in Markdown.
fn markdown_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let starts_a_block = at == 0 && "#+-=:".contains(c);
        if starts_a_block || "\\`*_{}[]<>|~&!".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    // `1. …` at the start of a line would become a list
    match out.split_once(['.', ')']) {
        Some((number, rest))
            if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) =>
        {
            let mark = &out[number.len()..out.len() - rest.len()];
            format!("{number}\\{mark}{rest}")
        }
        _ => out,
    }
}

/// An address inside the parentheses of a link.
fn markdown_address(url: &str) -> String {
    url.replace('(', "%28")
        .replace(')', "%29")
        .replace(' ', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_wrapped_between_words() {
        assert_eq!(wrapped("aa bb cc", 5, 2), "aa bb\n  cc");
        assert_eq!(
            wrapped("https://long.example a", 5, 0),
            "https://long.example\na"
        );
        assert_eq!(wrapped("", 5, 2), "");
    }
}
