//! JSON as it is found: what a strict parser refuses, read as it was meant.
//!
//! Asked only when `serde_json` has refused a body. Forgives raw control characters and bad escapes in
//! strings, quotes that nobody escaped, commas too many or missing, comments, single quotes, bare keys,
//! `NaN`, brackets that do not match, several documents one after the other, any depth (deeper than
//! [`DEEPEST`] becomes null), and an end that comes too early: then what was not whole is left out.
//!
//! Total and linear: looks at most [`AHEAD`] bytes ahead, and never recurses.

use serde_json::{Map, Number, Value};

/// Deeper values become null.
const DEEPEST: usize = 64;
/// How far ahead is looked to tell a quote that ends a string from one inside it.
const AHEAD: usize = 128;

/// What was read.
#[derive(Debug)]
pub(super) struct Loose {
    /// The value; several values one after the other are a list.
    pub(super) value: Value,
    /// Members of lists that the end cut off, and that were left out.
    pub(super) cut: usize,
}

/// Reads `text`. What is no JSON at all is an empty list.
pub(super) fn parse(text: &str) -> Loose {
    let mut parser = Parser {
        text,
        at: 0,
        stack: Vec::new(),
        skipped: 0,
        whole: Vec::new(),
        cut: 0,
    };
    while parser.step() {}
    parser.end();
    let value = match parser.whole.len() {
        1 => parser.whole.swap_remove(0),
        _ => Value::Array(parser.whole),
    };
    Loose {
        value,
        cut: parser.cut,
    }
}

/// A list or object whose end has not come.
enum Open {
    List(Vec<Value>),
    /// Its members, and the key whose value comes next.
    Object(Map<String, Value>, Option<String>),
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    stack: Vec<Open>,
    /// Open brackets beyond the greatest depth.
    skipped: usize,
    whole: Vec<Value>,
    cut: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Reads one token; false at the end.
    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return false;
        };
        match first {
            '{' | '[' => {
                self.at += 1;
                self.open(first);
            }
            '}' | ']' => {
                self.at += 1;
                self.close(first);
            }
            '"' | '\'' => {
                let text = self.string(first);
                self.scalar(Value::String(text));
            }
            '/' if rest.starts_with("//") => {
                self.at += rest.find('\n').unwrap_or(rest.len());
            }
            '/' if rest.starts_with("/*") => {
                self.at += rest.find("*/").map_or(2, |end| end + 2);
            }
            ',' | ':' | '/' => self.at += 1,
            _ if first.is_whitespace() || first.is_control() || first == '\u{feff}' => {
                self.at += first.len_utf8();
            }
            _ => {
                let end = rest.find(|c: char| {
                    c.is_whitespace() || matches!(c, ',' | ':' | '{' | '}' | '[' | ']' | '"')
                });
                let word = &rest[..end.unwrap_or(rest.len())];
                self.at += word.len();
                self.scalar(word_value(word));
            }
        }
        true
    }

    fn open(&mut self, bracket: char) {
        if self.skipped > 0 || self.stack.len() >= DEEPEST {
            self.skipped += 1;
            return;
        }
        // an object where a key should stand: the one before was never closed
        let keyless = matches!(self.stack.last(), Some(Open::Object(_, None)));
        if keyless && bracket == '{' && self.stack.len() > 1 {
            self.pop();
        }
        self.stack.push(match bracket {
            '[' => Open::List(Vec::new()),
            _ => Open::Object(Map::new(), None),
        });
    }

    fn close(&mut self, bracket: char) {
        if self.skipped > 0 {
            self.skipped -= 1;
            if self.skipped == 0 {
                self.put(Value::Null);
            }
            return;
        }
        let fits = |open: &Open| matches!(open, Open::List(_)) == (bracket == ']');
        if let Some(place) = self.stack.iter().rposition(fits) {
            while self.stack.len() > place {
                self.pop();
            }
        }
    }

    /// Ends the innermost list or object.
    fn pop(&mut self) {
        match self.stack.pop() {
            Some(Open::List(list)) => self.put(Value::Array(list)),
            Some(Open::Object(members, _)) => self.put(Value::Object(members)),
            None => {}
        }
    }

    /// A text, number or word: a key, or a value.
    fn scalar(&mut self, value: Value) {
        if self.skipped > 0 {
            return;
        }
        match self.stack.last_mut() {
            Some(Open::Object(_, key @ None)) => {
                *key = Some(match value {
                    Value::String(text) => text,
                    other => other.to_string(),
                });
            }
            Some(_) => self.put(value),
            // loose words around a document
            None => {}
        }
    }

    fn put(&mut self, value: Value) {
        match self.stack.last_mut() {
            Some(Open::List(list)) => list.push(value),
            Some(Open::Object(members, key)) => {
                if let Some(key) = key.take() {
                    members.insert(key, value);
                }
            }
            None => self.whole.push(value),
        }
    }

    /// What is still open ends; a member of a list that is open is not whole.
    fn end(&mut self) {
        self.skipped = 0;
        while let Some(open) = self.stack.pop() {
            let value = match open {
                Open::List(list) => Value::Array(list),
                Open::Object(members, _) => Value::Object(members),
            };
            if matches!(self.stack.last(), Some(Open::List(_))) {
                self.cut += 1;
            } else {
                self.put(value);
            }
        }
    }

    /// The string that begins here, its escapes resolved. One that the end cuts off is none, and with
    /// it ends all that is open.
    fn string(&mut self, quote: char) -> String {
        let mut out = String::new();
        self.at += 1;
        loop {
            let rest = self.rest();
            let Some(next) = rest.find([quote, '\\']) else {
                self.at = self.text.len();
                out.push_str(rest);
                return out;
            };
            out.push_str(&rest[..next]);
            self.at += next + 1;
            if rest.as_bytes()[next] == b'\\' {
                self.escape(&mut out);
            } else if self.ends_string() {
                return out;
            } else {
                out.push(quote);
            }
        }
    }

    /// The character that an escape stands for; what is none stays as it is.
    fn escape(&mut self, out: &mut String) {
        let rest = self.rest();
        let Some(letter) = rest.chars().next() else {
            return;
        };
        self.at += letter.len_utf8();
        match letter {
            'n' | 'r' => out.push('\n'),
            't' | 'b' | 'f' => out.push(' '),
            '"' | '\'' | '/' | '\\' => out.push(letter),
            '\n' => {}
            'u' => {
                let unit = |text: &str| u16::from_str_radix(text.get(..4)?, 16).ok();
                let Some(first) = unit(&rest[1..]) else {
                    out.push_str("\\u");
                    return;
                };
                self.at += 4;
                let second = rest[5..].strip_prefix("\\u").and_then(unit);
                let pair = second.map(|second| [first, second]);
                let pair = pair.and_then(|pair| String::from_utf16(&pair).ok());
                if let Some(pair) = pair.filter(|_| (0xd800..0xdc00).contains(&first)) {
                    self.at += 6;
                    out.push_str(&pair);
                } else {
                    let alone = char::from_u32(u32::from(first));
                    out.push(alone.unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
            other => {
                out.push('\\');
                out.push(other);
            }
        }
    }

    /// Does the quote just read end its string, by what follows it?
    fn ends_string(&self) -> bool {
        let rest = self.rest();
        let ahead = &rest[..rest.floor_char_boundary(AHEAD)];
        let next = ahead.trim_start();
        match (next.chars().next(), self.stack.last()) {
            (None | Some('}' | ']'), _) => true,
            (Some(':'), open) => matches!(open, Some(Open::Object(_, None))),
            (Some(','), Some(Open::Object(..))) => {
                let after = next[1..].trim_start();
                after.is_empty() || after.starts_with(['"', '\'', '}', '/']) || begins_key(after)
            }
            (Some(','), _) => true,
            // a comma is missing
            (Some('"' | '\''), Some(Open::Object(..))) => begins_key(&next[1..]),
            (Some('"' | '\'' | '{' | '['), Some(Open::List(_))) => true,
            (Some('/'), _) => next.starts_with("//") || next.starts_with("/*"),
            // a stray word, and then the item ends
            _ => {
                let stray = next.split(['"', '\'']).next().unwrap_or_default();
                let mut marks = stray.chars().filter(|c| !c.is_whitespace());
                let first = marks.find(|c| *c == '}');
                first.is_some() && matches!(marks.next(), None | Some(',' | '}' | ']'))
            }
        }
    }
}

/// Is it a name and a colon, its closing quote perhaps between them?
fn begins_key(text: &str) -> bool {
    let end =
        text.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '$' | '@' | '.'));
    let after = end.map_or("", |end| &text[end..]);
    let after = after.strip_prefix(['"', '\'']).unwrap_or(after);
    end != Some(0) && after.trim_start().starts_with(':')
}

/// What a bare word says.
fn word_value(word: &str) -> Value {
    match word {
        "true" | "True" => Value::Bool(true),
        "false" | "False" => Value::Bool(false),
        "null" | "None" | "nil" | "undefined" | "NaN" | "Infinity" | "-Infinity" => Value::Null,
        // a number too large to be one is a name
        _ => word
            .parse::<Number>()
            .map_or_else(|_| Value::String(word.to_owned()), Value::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        parse(text).value.to_string()
    }

    #[test]
    fn what_was_meant_is_read() {
        for (text, expected) in [
            ("{\"a\":\"x\ny\u{1}\"}", r#"{"a":"x\ny\u0001"}"#),
            (r#"{"a":[1,2,],}"#, r#"{"a":[1,2]}"#),
            (r#"{"a":"C:\dir \u12"}"#, r#"{"a":"C:\\dir \\u12"}"#),
            (r#"{"a":"\ud83d\udd25 \ud83d"}"#, "{\"a\":\"🔥 \u{fffd}\"}"),
            (
                r#"{"a":"He said "hi", then"}"#,
                r#"{"a":"He said \"hi\", then"}"#,
            ),
            (
                r#"{"a":"1" "b":"2" "c":[1 2]}"#,
                r#"{"a":"1","b":"2","c":[1,2]}"#,
            ),
            (
                "{a:'x',// c\nb:NaN,/* d */c:-1.5}",
                r#"{"a":"x","b":null,"c":-1.5}"#,
            ),
            (
                r#"[{"a":1,{"b":2},{"c":3}]"#,
                r#"[{"a":1},{"b":2},{"c":3}]"#,
            ),
            (r#"{"a":["x","y"},"b":1}"#, r#"{"a":["x","y"]}"#),
            (r#"{"a":1}{"a":2}"#, r#"[{"a":1},{"a":2}]"#),
            (r#"{"a":1};//x"#, r#"{"a":1}"#),
            (r#"[{"a":1},{"a":"cut"#, r#"[{"a":1}]"#),
            (r#"{"id":1e400}"#, r#"{"id":"1e400"}"#),
            (r#"[{"a":"x" y},{"a":"z"}]"#, r#"[{"a":"x"},{"a":"z"}]"#),
            ("", "[]"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        let deep = format!("[{}1{}, 2]", "[".repeat(5_000), "]".repeat(5_000));
        assert!(read(&deep).ends_with(",2]"));
        assert_eq!(parse(r#"{"items":[{"a":1},{"b":[{"c":"#).cut, 2);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in "[\\[\\]{}\"',:/*\\\\u0-9a-c \\nж-]{0,80}") {
            parse(&text);
        }

        #[test]
        fn sound_json_is_read_as_it_is(texts in proptest::collection::vec("[ -~ж\n]{0,12}", 0..6), number: i32) {
            let value = serde_json::json!({ "items": [{ "a": texts, "b": number, "c": null }, true] });
            proptest::prop_assert_eq!(parse(&value.to_string()).value, value);
        }
    }
}
