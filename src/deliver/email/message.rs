//! A digest as a mail: plain text and HTML as alternatives, the HTML with its pictures beside it.
//!
//! ```text
//! multipart/alternative
//! ├ text/plain
//! └ multipart/related      (just text/html where there are no pictures)
//!   ├ text/html
//!   └ image/png …          Content-ID, as `cid:` in the HTML
//! ```
//!
//! A digest that looks back brings its table along: multipart/mixed of all this and text/csv.
//!
//! All that is in a mail comes from the delivery, so a retry is the same bytes.

use std::time::SystemTime;

use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, MultiPartKind, SinglePart};

use super::DeliverError;
use super::mailbox;
use crate::deliver::file::plain_name;
use crate::model::Delivery;

/// The mail of a delivery, and from whom to whom it goes.
pub(super) fn build(
    delivery: &Delivery,
    from: &Mailbox,
    unsubscribe: Option<&str>,
) -> Result<(Envelope, Vec<u8>), DeliverError> {
    let refuse = |what: &str, e: &dyn std::fmt::Display| {
        DeliverError::permanent(format!("{what} {:?}: {e}", delivery.recipient))
    };
    let to = mailbox(&delivery.recipient).map_err(|e| refuse("not a mail address", &e))?;
    let mailto = format!(
        "<mailto:{}?subject=unsubscribe%20{}>",
        from.email,
        percent(&delivery.digest_name)
    );
    let own = unsubscribe.map(|url| url.replace("{to}", &percent(to.email.as_ref())));
    // RFC 8058: only an https address can be unsubscribed from with one click
    let one_click = own.as_ref().is_some_and(|url| url.starts_with("https:"));
    let unsubscribe = match own {
        Some(url) if one_click => format!("<{url}>, {mailto}"),
        Some(url) => format!("<{url}>"),
        None => mailto,
    };
    let mut message = Message::builder()
        .from(from.clone())
        .to(to)
        .date(SystemTime::from(delivery.created_at))
        .message_id(Some(format!("<{}@{}>", delivery.id, from.email.domain())))
        .subject(delivery.form.subject.clone())
        .raw_header(header("List-Unsubscribe", unsubscribe))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
    if one_click {
        let click = "List-Unsubscribe=One-Click".to_owned();
        message = message.raw_header(header("List-Unsubscribe-Post", click));
    }
    let message = message
        .multipart(parts(delivery))
        .map_err(|e| refuse("the message cannot be built for", &e))?;
    Ok((message.envelope().clone(), message.formatted()))
}

fn parts(delivery: &Delivery) -> MultiPart {
    let csv = &delivery.form.csv;
    let shown = shown(delivery);
    if csv.is_empty() {
        return shown;
    }
    let day = delivery.created_at.strftime("%Y-%m-%d");
    let table = Attachment::new(format!("{}-{day}.csv", plain_name(&delivery.digest_name)));
    let kind = ContentType::parse("text/csv; charset=utf-8").unwrap_or(ContentType::TEXT_PLAIN);
    multipart(MultiPartKind::Mixed, delivery, 'm')
        .multipart(shown)
        .singlepart(table.body(csv.clone().into_bytes(), kind))
}

fn shown(delivery: &Delivery) -> MultiPart {
    let form = &delivery.form;
    let text = SinglePart::plain(form.text.clone());
    let html = SinglePart::html(form.html.clone());
    let both = multipart(MultiPartKind::Alternative, delivery, 'a').singlepart(text);
    if form.images.is_empty() {
        return both.singlepart(html);
    }
    let whole = multipart(MultiPartKind::Related, delivery, 'r').singlepart(html);
    let png = ContentType::parse("image/png").unwrap_or(ContentType::TEXT_PLAIN);
    let whole = form.images.iter().fold(whole, |whole, image| {
        let name = image.cid.split('@').next().unwrap_or_default();
        let part = Attachment::new_inline_with_name(image.cid.clone(), format!("{name}.png"));
        whole.singlepart(part.body(image.png.clone(), png.clone()))
    });
    both.multipart(whole)
}

/// With a boundary of our own, since lettre's is drawn anew for each attempt. RFC 2387 wants the type
/// of the part that is shown.
fn multipart(kind: MultiPartKind, delivery: &Delivery, mark: char) -> MultiPart {
    let (name, shown) = match kind {
        MultiPartKind::Related => ("related", " type=\"text/html\";"),
        MultiPartKind::Mixed => ("mixed", ""),
        _ => ("alternative", ""),
    };
    let boundary = format!("=_{mark}_{}", delivery.id);
    let header = format!("multipart/{name};{shown} boundary=\"{boundary}\"");
    match ContentType::parse(&header) {
        Ok(header) => MultiPart::builder().header(header).build(),
        Err(_) => MultiPart::builder().kind(kind).boundary(boundary).build(),
    }
}

fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}
