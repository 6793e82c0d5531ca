//! Pages that are gone, moved or split.

use super::*;

const KIND: &str = "Be kind to each other below every clip, and report what is not.";

async fn desk() -> Desk {
    desk_with(&page(&[AGE])).await
}

/// Watches three pages, one of them with this text.
async fn desk_with(live: &str) -> Desk {
    let mut desk = Desk::new(&standards(&["live", "ads", "spam"]));
    desk.show("live", live);
    desk.show("ads", &page(&[FEE]));
    desk.show("spam", &page(&[KIND]));
    for id in ["live", "ads", "spam"] {
        desk.poll(id).await;
    }
    assert!(desk.found().await.is_empty());
    desk.wait(360);
    desk
}

#[tokio::test]
async fn a_page_that_is_gone_is_told_when_two_readings_agree() {
    let mut desk = desk().await;
    desk.show_status("live", 404, "");
    let report = desk.poll("live").await;
    assert!(desk.found().await.is_empty());
    let now = desk.world.clock.now();
    let again = report.next_poll_at.unwrap().duration_since(now).as_mins();
    assert!((30..=120).contains(&again), "{again}");
    desk.wait(70);
    desk.poll("live").await;
    let told = desk.told().await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].title.contains("the page is gone (404)"),
        "{}",
        told[0].title
    );
    desk.wait(400);
    desk.poll("live").await;
    assert!(desk.found().await.is_empty(), "once");
    desk.show("live", &page(&[AGE]));
    desk.wait(400);
    desk.poll("live").await;
    assert!(desk.told().await[0].title.contains("the page is back"));
}

#[tokio::test]
async fn a_page_that_moved_is_said_so() {
    let mut desk = desk().await;
    desk.show("ads", &page(&[AGE]));
    desk.poll("ads").await;
    desk.found().await;
    desk.show_status("live", 410, "");
    desk.poll("live").await;
    desk.wait(70);
    desk.poll("live").await;
    let told = desk.told().await;
    assert!(
        told[0].title.contains("moved to “ads”"),
        "{}",
        told[0].title
    );
    assert!(told[0].evidence.iter().any(|e| e.kind == "moved"));
}

#[tokio::test]
async fn a_short_failure_says_nothing() {
    let mut desk = desk().await;
    desk.show_status("live", 404, "");
    desk.poll("live").await;
    desk.wait(70);
    desk.show("live", &page(&[AGE]));
    desk.poll("live").await;
    assert!(desk.found().await.is_empty());
}

/// Rules enough that losing them is losing much, in two parts.
fn long_rules(of: std::ops::Range<u32>) -> Vec<String> {
    of.map(|n| {
        format!("Rule {n} of the platform says that nobody may do what number {n} of this list forbids to all.")
    })
    .collect()
}

fn long_page(lines: &[String]) -> String {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    page(&lines)
}

#[tokio::test]
async fn a_page_that_was_split_is_said_so() {
    let mut desk = desk_with(&long_page(&long_rules(0..40))).await;
    // its text goes to two other pages, and links to them stay
    let about = "These rules have two pages of their own now. The page about ads holds what advertisers \
                 and sellers look for, and the page about spam what all others do. Links to both stand \
                 below, and we keep them up to date.";
    let links = "<a href=\"/rules/ads\">Ads</a> and <a href=\"/rules/spam\">spam</a>";
    desk.show("live", &page(&[about, links]));
    desk.show("ads", &long_page(&long_rules(0..22)));
    desk.show("spam", &long_page(&long_rules(22..40)));
    desk.poll("ads").await;
    desk.poll("spam").await;
    desk.poll("live").await;
    desk.found().await;
    desk.wait(70);
    desk.poll("live").await;
    let told = desk.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].title.contains("split into “ads” and “spam”"),
        "{}",
        told[0].title
    );
    assert!(told[0].wordings[0].title.contains("разделено"));
    let split = told[0].evidence.iter().filter(|e| e.kind == "split");
    assert_eq!(split.count(), 2);
}

#[tokio::test]
async fn a_page_that_is_gone_and_split_is_said_so_when_its_text_turns_up() {
    let mut desk = desk_with(&long_page(&long_rules(0..40))).await;
    desk.show_status("live", 404, "");
    desk.poll("live").await;
    desk.wait(70);
    desk.poll("live").await;
    let gone = desk.told().await.remove(0);
    assert!(
        gone.title.contains("the page is gone (404)"),
        "{}",
        gone.title
    );
    desk.wait(120);
    desk.show("ads", &long_page(&long_rules(0..22)));
    desk.show("spam", &long_page(&long_rules(22..40)));
    desk.poll("ads").await;
    desk.poll("spam").await;
    desk.found().await;
    desk.wait(300);
    desk.poll("live").await;
    let told = desk.told().await.remove(0);
    assert!(told.title.contains("split into"), "{}", told.title);
    assert_eq!(told.topic_key, gone.topic_key, "one story");
    desk.wait(300);
    desk.poll("live").await;
    assert!(desk.found().await.is_empty(), "once");
}

#[tokio::test]
async fn an_address_that_leads_to_a_hub_is_a_page_gone_and_its_last_text_stays() {
    let mut desk = desk_with(&long_page(&long_rules(0..5))).await;
    let hub = "<!doctype html><html><body><main><h1>Help</h1><p>Here you find answers to all of your \
               questions about clips, friends and settings.</p></main></body></html>";
    desk.show("live", hub);
    desk.lead("live", Some("https://clip.example/rules/"));
    let report = desk.poll("live").await;
    assert_eq!(report.outcome, "led_away");
    assert!(desk.found().await.is_empty(), "not before a second reading");
    desk.wait(70);
    desk.poll("live").await;
    let told = desk.told().await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0]
            .title
            .contains("the page is gone, its address leads to clip.example/rules"),
        "{}",
        told[0].title
    );
    let id: SourceId = "live".parse().unwrap();
    let text = desk.store.read(move |r| r.latest_version(&id)).await;
    assert!(text.unwrap().unwrap().text.plain().contains("Rule 4 of"));
    desk.wait(600);
    desk.show("live", &long_page(&long_rules(0..5)));
    desk.lead("live", None);
    desk.poll("live").await;
    let told = desk.told().await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].title.contains("the page is back"),
        "{}",
        told[0].title
    );
}

#[tokio::test]
async fn a_page_of_which_nothing_is_left_is_told_after_a_day_and_when_it_is_back() {
    let rules = long_page(&long_rules(0..40));
    let mut desk = desk_with(&rules).await;
    desk.show("live", &page(&["Try again later."]));
    desk.poll("live").await;
    desk.wait(360);
    desk.poll("live").await;
    assert!(desk.told().await.is_empty());
    desk.wait(60 * 20);
    desk.poll("live").await;
    let told = desk.told().await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].title.contains("nothing is left"),
        "{}",
        told[0].title
    );
    desk.wait(360);
    desk.show("live", &rules);
    desk.poll("live").await;
    let told = desk.told().await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].title.contains("the page is back"),
        "{}",
        told[0].title
    );

    // for an hour only: nothing
    desk.show("live", &page(&["Try again later."]));
    desk.poll("live").await;
    desk.wait(60);
    desk.show("live", &rules);
    desk.poll("live").await;
    assert!(desk.told().await.is_empty());
}
