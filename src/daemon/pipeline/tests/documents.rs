//! Pages of one document, and media beside the platform's own word.

use super::*;

const MEDIA: &str = r#"
[[source]]
id = "media"
kind = "feed"
url = "https://media.example/feed"
every = "1h"
role = "media"
language = "en"
"#;
const AGE_18: &str = "You must be at least 18 years old to host a live session on the platform.";
const FEE_7: &str = "Advertisers pay a fee of 7 % for each campaign that they run.";

fn feed(items: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (title, text) in items {
        body += &format!(
            "<item><title>{title}</title><guid>{title}</guid><link>https://media.example/{}</link><description>{text}</description></item>",
            title.len()
        );
    }
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>SMM Today</title><link>https://media.example/</link>{body}</channel></rss>"
    )
}

const OLD: (&str, &str) = (
    "How a bakery plans its posts",
    "One afternoon and forty cards.",
);
const NEWS: (&str, &str) = (
    "Clip raises the age of live hosts to 18",
    "You must now be at least 18 years old to host a live session.",
);

async fn desk() -> Desk {
    let mut desk = Desk::new(&(standards(&["live", "ads"]) + MEDIA));
    desk.show("live", &page(&[AGE]));
    desk.show("ads", &page(&[FEE]));
    desk.show("media", &feed(&[OLD]));
    for id in ["live", "ads", "media"] {
        desk.poll(id).await;
    }
    assert!(desk.found().await.is_empty());
    desk.wait(360);
    desk
}

#[tokio::test]
async fn changes_on_pages_of_one_document_are_one_finding() {
    let mut desk = desk().await;
    desk.show("live", &page(&[AGE_18]));
    desk.poll("live").await;
    let first = desk.told().await;
    assert_eq!(first.len(), 1);
    desk.wait(30);
    desk.show("ads", &page(&[FEE_7]));
    desk.poll("ads").await;
    let told = desk.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].title.contains("2 pages changed"),
        "{}",
        told[0].title
    );
    assert_eq!(told[0].topic_key, first[0].topic_key);
    let pages = told[0].evidence.iter().filter(|e| e.kind == "page");
    assert_eq!(pages.count(), 2);
    let filter = crate::store::FindingFilter::default();
    let in_force = desk
        .store
        .read(move |r| r.findings(&filter, 9))
        .await
        .unwrap();
    assert_eq!(
        in_force.len(),
        1,
        "the first page's own is not told beside it"
    );

    // another window, another story
    desk.wait(60 * 30);
    desk.show(
        "ads",
        &page(&["Advertisers pay a fee of 9 % for each campaign that they run."]),
    );
    desk.poll("ads").await;
    let later = desk.told().await;
    assert!(!later[0].title.contains("pages changed") && later[0].topic_key != first[0].topic_key);
}

#[tokio::test]
async fn media_that_report_what_the_platform_said_are_evidence() {
    let mut desk = desk().await;
    desk.show("live", &page(&[AGE_18]));
    desk.poll("live").await;
    assert_eq!(desk.told().await.len(), 1);
    desk.wait(120);
    desk.show("media", &feed(&[NEWS, OLD]));
    desk.poll("media").await;
    let found = desk.found().await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].suppressed.as_deref(),
        Some("reports the same as f1")
    );
    let official = desk.store.read(|r| r.finding(FindingId(1))).await.unwrap();
    let added = official.evidence.iter().find(|e| e.kind == "corroboration");
    let added = added.expect("corroboration");
    assert!(
        added
            .place
            .as_deref()
            .is_some_and(|url| url.starts_with("https://media.example/"))
    );
}

#[tokio::test]
async fn media_alone_are_unconfirmed_and_the_platform_confirms_them() {
    let mut desk = desk().await;
    desk.show("media", &feed(&[NEWS, OLD]));
    desk.poll("media").await;
    let rumour = desk.told().await.remove(0);
    assert_eq!(rumour.platform.as_deref(), Some("clip"));
    assert!(rumour.confidence < 0.5);
    assert!(rumour.evidence.iter().any(|e| e.kind == "unconfirmed"));
    desk.wait(60 * 24);
    desk.show("live", &page(&[AGE_18]));
    desk.poll("live").await;
    let official = desk.told().await.remove(0);
    assert!(
        official
            .evidence
            .iter()
            .any(|e| e.kind == "reported_before")
    );
}
